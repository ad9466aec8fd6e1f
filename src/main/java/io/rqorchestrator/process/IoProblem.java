package io.rqorchestrator.process;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** What went wrong with a file, in words: the message of some exceptions is the bare path. */
public final class IoProblem {

  private IoProblem() {}

  /** The path, if there is one, and what is the matter with it. */
  public static String text(IOException e) {
    String message = String.valueOf(e.getMessage());
    if (e instanceof AccessDeniedException) {
      return message + ": permission denied";
    }
    if (e instanceof NoSuchFileException) {
      return message + ": no such file or directory";
    }
    if (e instanceof FileAlreadyExistsException) {
      return message + " is there already, and no directory";
    }
    if (e instanceof NotDirectoryException) {
      return message + " is no directory";
    }
    boolean isBare = e instanceof FileSystemException file && file.getReason() == null;
    return isBare || e.getMessage() == null ? e.toString() : message;
  }
}
