package io.rqorchestrator.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;

/** The worker host and the fork server, unpacked from the jar into the runtime directory. */
public final class PythonFiles {

  private final PythonFile workerHost;
  private final PythonFile forkServer;

  /**
   * @param directory where to unpack them
   * @param poolId part of the names of the files, because two pools may run different releases
   * @throws IOException if the jar is broken
   */
  public PythonFiles(Path directory, String poolId) throws IOException {
    this.workerHost = PythonFile.of(directory, poolId, "worker_host.py");
    this.forkServer = PythonFile.of(directory, poolId, "fork_server.py");
  }

  /** The worker host's file. It is written again if it was removed or changed. */
  public Path workerHost() throws IOException {
    return workerHost.unpacked();
  }

  /**
   * The fork server's file, likewise. The worker host, which it imports, is in the same directory.
   */
  Path forkServer() throws IOException {
    workerHost.unpacked();
    return forkServer.unpacked();
  }

  /** Whether a command line is that of a worker that was started by itself. */
  boolean isWorkerHost(String commandLine) {
    return commandLine.contains(workerHost.name());
  }

  /** Whether a command line is that of a fork server, and so of every process forked from it. */
  boolean isForkServer(String commandLine) {
    return commandLine.contains(forkServer.name());
  }

  private static final class PythonFile {

    private final Path directory;
    private final Path file;
    private final byte[] content;

    private PythonFile(Path directory, Path file, byte[] content) {
      this.directory = directory;
      this.file = file;
      this.content = content;
    }

    static PythonFile of(Path directory, String poolId, String resource) throws IOException {
      try (InputStream in = PythonFiles.class.getResourceAsStream(resource)) {
        if (in == null) {
          throw new IOException(resource + " is missing from the jar");
        }
        return new PythonFile(
            directory, directory.resolve(poolId + "-" + resource), in.readAllBytes());
      }
    }

    String name() {
      return String.valueOf(file.getFileName());
    }

    Path unpacked() throws IOException {
      if (!Files.isRegularFile(file) || !Arrays.equals(Files.readAllBytes(file), content)) {
        RuntimeDirectory.create(directory);
        Path fresh = Files.createTempFile(directory, name(), ".tmp", PrivateFile.CREATED);
        Files.write(fresh, content);
        Files.move(
            fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      }
      return file;
    }
  }
}
