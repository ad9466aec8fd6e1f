package io.rqorchestrator.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files that only their owner can read. */
final class PrivateFile {

  /** The mode of such a file. */
  static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rw-------");

  /** The same, to create a file with. */
  static final FileAttribute<Set<PosixFilePermission>> CREATED =
      PosixFilePermissions.asFileAttribute(MODE);

  private PrivateFile() {}

  /** Writes a file, and replaces the older one in one step. Only one process may write the file. */
  static void replace(Path file, String content) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh); // left by a daemon that was killed at this point
    Files.createFile(fresh, CREATED);
    Files.writeString(fresh, content);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
