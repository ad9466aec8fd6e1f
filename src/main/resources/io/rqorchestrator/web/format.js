// Formats numbers and times for people, and inserts all text into the page as text, never as HTML.

export function byId(id) {
  return document.getElementById(id);
}

/** Sets an element's text if it differs, so that a selection in it survives. */
export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** Creates an element. All names from queues and jobs are inserted by this, never as HTML. */
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
 * Makes the children of an element match a list, in its order. Elements whose keys stay are kept,
 * and with them focus and selection.
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

/** Seconds as 15ms, 0.25s, 9.5s, 42s, 3m20s, 2h05m, 3d4h: the same as DurationText in the daemon. */
export function duration(seconds) {
  if (seconds == null) {
    return "–";
  }
  if (seconds < 0) {
    return `-${duration(-seconds)}`;
  }
  if (seconds < 0.0995) {
    const millis = Math.round(seconds * 1000);
    return millis ? `${millis}ms` : "0s";
  }
  if (seconds < 0.995) {
    return `${Math.round(seconds * 100) / 100}s`;
  }
  if (seconds < 9.95) {
    return `${Math.round(seconds * 10) / 10}s`;
  }
  const whole = Math.round(seconds);
  if (whole < 60) {
    return `${whole}s`;
  }
  if (whole < 3600) {
    return units(whole, 60, "m", "s");
  }
  const minutes = Math.floor(whole / 60);
  if (minutes < 24 * 60) {
    return units(minutes, 60, "h", "m");
  }
  const hours = Math.floor(minutes / 60);
  return `${Math.floor(hours / 24)}d${hours % 24 ? `${hours % 24}h` : ""}`;
}

function units(number, size, large, small) {
  const rest = number % size;
  return `${Math.floor(number / size)}${large}${rest ? `${String(rest).padStart(2, "0")}${small}` : ""}`;
}

/** Bytes as 38 MB, from 10000 MB on as 9.8 GB: the same as SizeText in the daemon. */
export function bytes(count) {
  if (count == null) {
    return "–";
  }
  const megabytes = Math.floor(count / 1048576);
  return megabytes < 10000 ? `${megabytes} MB` : `${(count / 1073741824).toFixed(1)} GB`;
}

export function percent(share) {
  return `${Math.round(share * 100)} %`;
}

export function count(number) {
  return number.toLocaleString("en-US").replaceAll(",", "\u202f");
}

const TAIL = 13;

/**
 * Shows a name or an id in a cell that may be too narrow. The beginning is cut and the end stays,
 * because the end often distinguishes one name from another.
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
