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
 * A file that we fill, and that nobody else has laid out for us: in a directory where everybody may
 * write, a file or a link of that name may be another user's, who then reads what we write, or has
 * us write into a file of ours. For root that holds in every directory that another user can
 * change.
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
   * Whose a file or a directory is.
   *
   * @param mode its kind and its permissions, as {@code stat} has them
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
   * The file itself, behind the links that lead to it. It need not exist yet.
   *
   * @throws FileSystemException if others own it or can put another in its place
   */
  static Path at(Path named) throws IOException {
    Path file = named.toAbsolutePath();
    if (file.startsWith("/dev")) {
      return named; // the device or the pipe that the user means
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

  /** What speaks against filling a file there; empty if nothing does. */
  static Optional<String> objection(int me, FileOwner directory, Optional<FileOwner> file) {
    boolean isOpen = directory.allows(OTHERS_WRITE);
    boolean isReplaceable = (isOpen && !directory.allows(STICKY)) || !directory.isOf(me);
    if (me == ROOT && isReplaceable) {
      return Optional.of(
          "is in a directory that another user can change: as root, name one that only root can");
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
      return Optional.empty(); // what it leads to is looked at next
    }
    if (!file.get().is(REGULAR)) {
      return Optional.of("is no regular file: name another");
    }
    // In a directory of one's own, a group may well be one's own, too.
    int others = me == ROOT || isOpen ? GROUP_OR_OTHERS_WRITE : OTHERS_WRITE;
    return file.get().allows(others)
        ? Optional.of("can be written by other users: chmod go-w it, or name another file")
        : Optional.empty();
  }
}
