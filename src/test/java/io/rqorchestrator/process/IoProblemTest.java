package io.rqorchestrator.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.junit.jupiter.api.Test;

final class IoProblemTest {

  @Test
  void aPathComesWithWhatIsTheMatterWithIt() {
    assertThat(IoProblem.text(new AccessDeniedException("/x"))).isEqualTo("/x: permission denied");
    assertThat(IoProblem.text(new NoSuchFileException("/x")))
        .isEqualTo("/x: no such file or directory");
    assertThat(IoProblem.text(new FileAlreadyExistsException("/x")))
        .isEqualTo("/x exists and is not a directory");
    assertThat(IoProblem.text(new NotDirectoryException("/x"))).isEqualTo("/x is not a directory");
    assertThat(IoProblem.text(new FileSystemException("/x", null, "No space left on device")))
        .isEqualTo("/x: No space left on device");
    assertThat(IoProblem.text(new FileSystemException("/x"))).endsWith("FileSystemException: /x");
    assertThat(IoProblem.text(new IOException("plain words"))).isEqualTo("plain words");
    assertThat(IoProblem.text(new IOException())).isEqualTo("java.io.IOException");
  }
}
