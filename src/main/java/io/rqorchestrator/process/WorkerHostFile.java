package io.rqorchestrator.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;

/** The worker host, unpacked from the jar into the runtime directory. */
public final class WorkerHostFile {

  private static final String RESOURCE = "worker_host.py";

  private final Path directory;
  private final Path file;
  private final byte[] content;

  /**
   * @param directory where to unpack it
   * @param poolId makes its name the pool's own: two pools may run different versions of us
   * @throws IOException if the jar is broken
   */
  public WorkerHostFile(Path directory, String poolId) throws IOException {
    this.directory = directory;
    this.file = directory.resolve(poolId + "-" + RESOURCE);
    try (InputStream resource = WorkerHostFile.class.getResourceAsStream(RESOURCE)) {
      if (resource == null) {
        throw new IOException(RESOURCE + " is missing from the jar");
      }
      this.content = resource.readAllBytes();
    }
  }

  /** The file's name, as it stands on the workers' command lines. */
  String name() {
    return String.valueOf(file.getFileName());
  }

  /** The file, written again if something cleaned it away or changed it. */
  public Path unpacked() throws IOException {
    if (!Files.isRegularFile(file) || !Arrays.equals(Files.readAllBytes(file), content)) {
      RuntimeDirectory.create(directory);
      Path fresh =
          Files.createTempFile(
              directory,
              "worker_host",
              ".tmp",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(fresh, content);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
    return file;
  }
}
