package io.rqorchestrator.history;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Checks that a file to be written is not a trap of another user. In a directory that others may
 * write to, a file or link of that name may belong to another user, who could then read what we
 * write, or make us overwrite one of our own files. For root, this applies to every directory that
 * another user can change.
 */
final class OwnFile {

  private static final int KIND = 0170000;
  private static final int LINK = 0120000;
  private static final int REGULAR = 0100000;
  private static final int STICKY = 01000;
  private static final int GROUP_OR_OTHERS_WRITE = 022;
  private static final int OTHERS_WRITE = 02;
  private static final int ROOT = 0;

  private OwnFile() {}

  /**
   * The owner of a file or directory.
   *
   * @param mode its kind and permissions, as in {@code stat}
   */
  record FileOwner(int uid, int mode) {

    private boolean is(int kind) {
      return (mode & KIND) == kind;
    }

    private boolean allows(int permissions) {
      return (mode & permissions) != 0;
    }

    private boolean isOf(int user) {
      return uid == user || uid == ROOT;
    }
  }

  /**
   * Resolves all links and returns the file itself. It need not exist yet.
   *
   * @throws FileSystemException if another user owns it or can replace it
   */
  static Path at(Path named) throws IOException {
    Path file = named.toAbsolutePath();
    if (file.startsWith("/dev")) {
      return named; // a device or a pipe, such as /dev/stdout
    }
    int me = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    for (int links = 0; links < 40; links++) {
      Path parent = file.getParent();
      if (parent == null) {
        throw new FileSystemException(named.toString(), null, "is a directory");
      }
      Path directory = parent.toRealPath();
      file = directory.resolve(file.getFileName());
      Optional<FileOwner> found = entry(file);
      Optional<String> objection = objection(me, entry(directory).orElseThrow(), found);
      if (objection.isPresent()) {
        throw new FileSystemException(file.toString(), null, objection.get());
      }
      if (found.isEmpty() || !found.get().is(LINK)) {
        return file;
      }
      file = directory.resolve(Files.readSymbolicLink(file));
    }
    throw new FileSystemException(named.toString(), null, "too many links");
  }

  private static Optional<FileOwner> entry(Path path) throws IOException {
    try {
      Map<String, Object> found =
          Files.readAttributes(path, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
      return Optional.of(
          new FileOwner(
              (Integer) Objects.requireNonNull(found.get("uid")),
              (Integer) Objects.requireNonNull(found.get("mode"))));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Why the file must not be written; empty if it may be. */
  static Optional<String> objection(int me, FileOwner directory, Optional<FileOwner> file) {
    boolean isOpen = directory.allows(OTHERS_WRITE);
    boolean isReplaceable = (isOpen && !directory.allows(STICKY)) || !directory.isOf(me);
    if (me == ROOT && isReplaceable) {
      return Optional.of(
          "is in a directory that another user can change: as root, use a directory that only root"
              + " can change");
    }
    if (file.isEmpty()) {
      return Optional.empty();
    }
    if (!file.get().isOf(me)) {
      return Optional.of(
          "belongs to another user (uid %d): remove it, or name another file"
              .formatted(file.get().uid()));
    }
    if (file.get().is(LINK)) {
      return Optional.empty(); // the target of the link is checked next
    }
    if (!file.get().is(REGULAR)) {
      return Optional.of("is not a regular file: name another file");
    }
    // In a private directory, the group is often private, too.
    int others = me == ROOT || isOpen ? GROUP_OR_OTHERS_WRITE : OTHERS_WRITE;
    return file.get().allows(others)
        ? Optional.of("can be written by other users: chmod go-w it, or name another file")
        : Optional.empty();
  }
}
