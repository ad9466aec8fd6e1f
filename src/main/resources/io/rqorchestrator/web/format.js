// Numbers and times as people read them, and the way text reaches the page: always as text.

export function byId(id) {
  return document.getElementById(id);
}

/** Sets an element's text if it differs, so that a selection in it survives. */
export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** A new element. Whatever comes from queues and jobs goes through here, never through HTML. */
export function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) {
    element.className = className;
  }
  if (text !== undefined) {
    element.textContent = text;
  }
  return element;
}

/**
 * Makes the children of an element those of a list, in its order. Elements of keys that stay are
 * kept, and with them focus and selection.
 */
export function arrange(parent, items, keyOf, create, update) {
  const old = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    let child = old.get(key);
    if (child) {
      old.delete(key);
    } else {
      child = create(item);
      child.dataset.key = key;
    }
    update(child, item);
    if (child === place) {
      place = place.nextElementSibling;
    } else {
      parent.insertBefore(child, place);
    }
  }
  old.forEach((child) => child.remove());
}

/** Seconds as 0.2 s, 8.1 s, 42 s, 3 min, 1 h 05, 2 d. */
export function duration(seconds) {
  if (seconds == null) {
    return "–";
  }
  if (seconds === 0) {
    return "0 s";
  }
  if (seconds < 0.0995) {
    return `${Math.round(seconds * 1000)} ms`;
  }
  if (seconds < 9.95) {
    return `${seconds.toFixed(1)} s`;
  }
  if (seconds < 119.5) {
    return `${Math.round(seconds)} s`;
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    return `${minutes} min`;
  }
  return minutes < 48 * 60
    ? `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")}`
    : `${Math.floor(minutes / 1440)} d`;
}

export function bytes(count) {
  if (count == null) {
    return "–";
  }
  const megabytes = count / 1048576;
  return megabytes < 10000 ? `${Math.round(megabytes)} MB` : `${(megabytes / 1024).toFixed(1)} GB`;
}

export function percent(share) {
  return `${Math.round(share * 100)} %`;
}

export function count(number) {
  return number.toLocaleString("en-US").replaceAll(",", "\u202f");
}

const TAIL = 13;

/**
 * A name or an id in a cell that may be too narrow for it: its beginning is cut, and its end stays,
 * which often is what tells it from another.
 */
export function setName(cell, name) {
  if (cell.children.length !== 2) {
    cell.replaceChildren(make("span", "front"), make("span", "tail"));
  }
  const characters = Array.from(name);
  const cut = characters.length - Math.min(TAIL, Math.floor(characters.length / 2));
  setText(cell.firstElementChild, characters.slice(0, cut).join(""));
  setText(cell.lastElementChild, characters.slice(cut).join(""));
  cell.title = name;
}

/** An instant in ISO 8601 as local time of day. */
export function clock(instant) {
  return new Date(instant).toLocaleTimeString("en-GB");
}

/** An instant in ISO 8601 as seconds since 1970. */
export function epoch(instant) {
  return Date.parse(instant) / 1000;
}
