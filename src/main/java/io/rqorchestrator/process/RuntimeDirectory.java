package io.rqorchestrator.process;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the files of a pool are.
 *
 * <p>The place of the lock depends on the user only. If it depended on the environment, a daemon
 * under systemd and one in a terminal would use different locks, and the pool would run twice.
 */
public final class RuntimeDirectory {

  private static final String OURS = "rq-orchestrator";
  private static final Set<PosixFilePermission> PRIVATE =
      PosixFilePermissions.fromString("rwx------");

  private RuntimeDirectory() {}

  /** The directory of locks and state of this user's pools. */
  public static Path ofUser() throws IOException {
    Object uid = ofThisProcess();
    Path run = Path.of("/run");
    if (uid.equals(0) && Files.isWritable(run)) {
      return run.resolve(OURS);
    }
    return Path.of("/tmp", OURS + "-" + uid);
  }

  /**
   * The directories of the pools that this user may reach: its own, and for root those of all
   * users. A directory that does not belong to the user in its name is ignored, because another
   * user made it.
   */
  public static List<Path> reachable() throws IOException {
    Object user = ofThisProcess();
    Path own = ofUser();
    List<Path> directories = new ArrayList<>();
    if (belongsTo(user, own)) {
      directories.add(own);
    }
    if (user.equals(0)) {
      try (DirectoryStream<Path> others =
          Files.newDirectoryStream(Path.of("/tmp"), OURS + "-[0-9]*")) {
        for (Path directory : others) {
          String owner = directory.getFileName().toString().substring(OURS.length() + 1);
          if (owner.matches("[0-9]{1,9}") && belongsTo(Integer.valueOf(owner), directory)) {
            directories.add(directory);
          }
        }
      } catch (DirectoryIteratorException e) {
        throw e.getCause();
      }
    }
    return directories.stream().distinct().toList();
  }

  /** The owner of the target, because the link itself always belongs to root. */
  private static Object ofThisProcess() throws IOException {
    return Files.getAttribute(Path.of("/proc/self"), "unix:uid");
  }

  private static Object uid(Path file) throws IOException {
    return Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
  }

  /** Whether this is a directory, not a link, and belongs to the user. */
  private static boolean belongsTo(Object user, Path directory) {
    try {
      return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS) && uid(directory).equals(user);
    } catch (IOException e) {
      return false; // it has just vanished
    }
  }

  /**
   * The directory of all other files: that of the option, else of systemd, else of the session,
   * else {@link #ofUser}. That of the session is used only if it belongs to the user, because
   * {@code su} and {@code sudo} leave the directory of the previous user in the environment.
   */
  public static Path choose(Optional<Path> option, Map<String, String> environment)
      throws IOException {
    if (option.isPresent()) {
      return option.get().toAbsolutePath();
    }
    String systemd = environment.getOrDefault("RUNTIME_DIRECTORY", "");
    if (!systemd.isEmpty()) {
      return Path.of(systemd.split(":", -1)[0]);
    }
    String session = environment.getOrDefault("XDG_RUNTIME_DIR", "");
    boolean own = !session.isEmpty() && belongsTo(ofThisProcess(), Path.of(session));
    return own ? Path.of(session, OURS) : ofUser();
  }

  /**
   * Makes sure that the directory exists and belongs to this user only.
   *
   * @throws IOException if the directory cannot be made, belongs to another user, or is writable by
   *     others
   */
  public static void create(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Path parent = directory.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      try {
        Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(PRIVATE));
      } catch (FileAlreadyExistsException e) {
        // Another daemon was faster. The owner and the mode are checked below.
      }
    }
    PosixFileAttributes attributes =
        Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    Object owner = uid(directory);
    if (!owner.equals(ofThisProcess())) {
      throw new IOException(
          "%s belongs to another user (uid %s), though it should be yours: let root remove it (rm -r %s)"
              .formatted(directory, owner, directory));
    }
    if (!attributes.isDirectory()) {
      throw new IOException("%s is not a directory: remove it".formatted(directory));
    }
    Set<PosixFilePermission> permissions = attributes.permissions();
    if (permissions.contains(PosixFilePermission.OTHERS_WRITE)
        || permissions.contains(PosixFilePermission.GROUP_WRITE)) {
      throw new IOException(directory + " is writable by others: make it 0700");
    }
    if (!permissions.containsAll(PRIVATE)) {
      throw new IOException(directory + " is closed to its owner: make it 0700");
    }
  }
}
