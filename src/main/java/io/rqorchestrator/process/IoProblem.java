package io.rqorchestrator.process;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Problems with files in words, because the message of some exceptions is only the path. */
public final class IoProblem {

  private IoProblem() {}

  /** The path, if there is one, and the problem. */
  public static String text(IOException e) {
    String message = String.valueOf(e.getMessage());
    if (e instanceof AccessDeniedException) {
      return message + ": permission denied";
    }
    if (e instanceof NoSuchFileException) {
      return message + ": no such file or directory";
    }
    if (e instanceof FileAlreadyExistsException) {
      return message + " exists and is not a directory";
    }
    if (e instanceof NotDirectoryException) {
      return message + " is not a directory";
    }
    boolean isBare = e instanceof FileSystemException file && file.getReason() == null;
    return isBare || e.getMessage() == null ? e.toString() : message;
  }
}
