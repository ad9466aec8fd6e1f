package io.rqorchestrator.socket;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import jdk.net.ExtendedSocketOptions;

/** Checks the user at the other end: only the daemon's own user and root may send requests. */
final class Peer {

  private final UserPrincipal own;
  private final UserPrincipal root;

  private Peer(UserPrincipal own, UserPrincipal root) {
    this.own = own;
    this.root = root;
  }

  /** The rule for a daemon of this process's user. */
  static Peer check() throws IOException {
    // The lookup accepts a number as a user id.
    return new Peer(
        Files.getOwner(Path.of("/proc/self")),
        FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName("0"));
  }

  /** The user at the other end, as the kernel reports it. */
  static UserPrincipal of(SocketChannel channel) throws IOException {
    return channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
  }

  boolean mayAsk(UserPrincipal user) {
    return user.equals(own) || user.equals(root);
  }
}
