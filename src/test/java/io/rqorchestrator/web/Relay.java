package io.rqorchestrator.web;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A network between a browser and a daemon, which can lose connections without a word. Who talks on
 * such a one hears that there is none, as from a host that was started anew.
 */
final class Relay implements AutoCloseable {

  private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final InetSocketAddress server;
  private final List<Link> links = new CopyOnWriteArrayList<>();

  Relay(InetSocketAddress server) throws IOException {
    this.server = server;
    start(this::accept);
  }

  /** One connection, and how it goes on to the daemon. */
  private static final class Link {
    private final Socket near;
    private final Socket far;
    private volatile boolean dead;

    Link(Socket near, Socket far) {
      this.near = near;
      this.far = far;
    }

    void pump(Socket from, Socket to) {
      byte[] buffer = new byte[8192];
      try (InputStream in = from.getInputStream()) {
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          if (!dead) {
            to.getOutputStream().write(buffer, 0, read);
          } else if (from == near) {
            close();
          }
        }
        if (!dead) {
          to.close();
        }
      } catch (IOException e) {
        // One of the two has ended.
      }
    }

    void close() throws IOException {
      near.close();
      far.close();
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "relay");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket near = listening.accept();
        Link link = new Link(near, new Socket(server.getAddress(), server.getPort()));
        links.add(link);
        start(() -> link.pump(link.near, link.far));
        start(() -> link.pump(link.far, link.near));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  InetSocketAddress address() {
    return (InetSocketAddress) listening.getLocalSocketAddress();
  }

  /** No connection of so far brings anything any more, and neither end hears of it. */
  void lose() {
    links.forEach(link -> link.dead = true);
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Link link : links) {
      link.close();
    }
  }
}
