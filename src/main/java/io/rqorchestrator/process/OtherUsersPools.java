package io.rqorchestrator.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Daemons of other users that run the same pool on this host. Locks belong to a user, so that no
 * user can block the pools of another user. But two daemons of one pool would work against each
 * other.
 *
 * <p>Root sees the locks of all users. Every user sees which sockets are listened on. A daemon in
 * another container cannot be seen.
 */
public final class OtherUsersPools {

  /** In the flags column of {@code /proc/net/unix}: a process listens. */
  private static final String LISTENING = "00010000";

  private static final Pattern SOCKET =
      Pattern.compile("(/run/rq-orchestrator|/tmp/rq-orchestrator-\\d{1,9})/([^/]+)\\.sock");

  /** A lock in {@code /proc/locks}: its holder's pid, and the file's inode. */
  private static final Pattern LOCK =
      Pattern.compile("\\d+: POSIX +ADVISORY +WRITE +(\\d+) +\\S+:(\\d+) .*");

  private final List<String> sockets;
  private final List<String> locks;
  private final Path own;

  /**
   * @param sockets the lines of {@code /proc/net/unix}
   * @param locks the lines of {@code /proc/locks}
   * @param own the directory of this user's locks
   */
  OtherUsersPools(List<String> sockets, List<String> locks, Path own) {
    this.sockets = sockets;
    this.locks = locks;
    this.own = own;
  }

  /** The state of this moment. */
  public static OtherUsersPools now() throws IOException {
    return new OtherUsersPools(
        lines(Path.of("/proc/net/unix")), lines(Path.of("/proc/locks")), RuntimeDirectory.ofUser());
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1).lines().toList();
    } catch (IOException e) {
      return List.of(); // not every kernel has this file
    }
  }

  /** The daemon of another user that runs this pool, if one can be seen. */
  public Optional<PoolHolder> holder(String poolId) throws IOException {
    for (Path directory : RuntimeDirectory.reachable()) {
      Optional<PoolHolder> holder = lockIn(directory, poolId);
      if (!directory.equals(own) && holder.isPresent()) {
        return holder;
      }
    }
    return sockets.stream()
        .map(line -> line.trim().split(" +", 8))
        .filter(words -> words.length == 8 && words[3].equals(LISTENING))
        .map(words -> SOCKET.matcher(words[7]))
        .filter(socket -> socket.matches() && socket.group(2).equals(poolId))
        .filter(socket -> !Path.of(socket.group(1)).equals(own))
        .flatMap(
            socket ->
                owner(Path.of(socket.group(1)))
                    .map(
                        user ->
                            new PoolHolder(
                                Optional.empty(), Optional.of(user), Path.of(socket.group())))
                    .stream())
        .findFirst();
  }

  private Optional<PoolHolder> lockIn(Path directory, String poolId) {
    Path file = directory.resolve(poolId + ".lock");
    try {
      String inode =
          String.valueOf(Files.getAttribute(file, "unix:ino", LinkOption.NOFOLLOW_LINKS));
      return locks.stream()
          .map(LOCK::matcher)
          .filter(lock -> lock.matches() && lock.group(2).equals(inode))
          .map(lock -> lock.group(1))
          .filter(pid -> isOf(pid, file))
          .map(
              pid ->
                  new PoolHolder(
                      Optional.of(pid), owner(directory), directory.resolve(poolId + ".sock")))
          .findFirst();
    } catch (IOException e) {
      return Optional.empty(); // there is none
    }
  }

  /**
   * An inode is unique in its file system only, so the holder of the lock must be the owner of the
   * file, too.
   */
  private static boolean isOf(String pid, Path file) {
    try {
      Object owner = Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
      return ProcessTable.owner(Long.parseLong(pid)).equals(Optional.of(owner));
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * The owner, if the directory belongs to the user in its name. A directory that another user made
   * proves nothing.
   */
  private static Optional<String> owner(Path directory) {
    try {
      String name = String.valueOf(directory.getFileName());
      String uid =
          String.valueOf(Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS));
      Matcher named = Pattern.compile(".*-(\\d+)").matcher(name);
      boolean isTheirs = uid.equals(named.matches() ? named.group(1) : "0");
      return isTheirs
          ? Optional.of(Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS).getName())
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // it has just vanished
    }
  }
}
