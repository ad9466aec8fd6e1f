package io.rqorchestrator.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BoundedRepliesTest {

  private static final String CUT = string(BoundedReplies.TOO_LONG);

  private static String string(String text) {
    return "$" + text.length() + "\r\n" + text + "\r\n";
  }

  private static BoundedReplies replies(String sent, int piece) {
    byte[] bytes = sent.getBytes(StandardCharsets.ISO_8859_1);
    return new BoundedReplies(
        new InputStream() {
          private final InputStream all = new ByteArrayInputStream(bytes);

          @Override
          public int read() throws IOException {
            return all.read();
          }

          @Override
          public int read(byte[] to, int from, int most) throws IOException {
            return all.read(to, from, Math.min(piece, most));
          }
        });
  }

  private static String read(BoundedReplies replies) throws IOException {
    return new String(replies.readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 100, 100_000})
  void onlyStringsThatAreTooLongAreReplacedHoweverTheyArrive(int piece) throws IOException {
    String longest = "a".repeat(BoundedReplies.LONGEST);
    String before =
        "*3\r\n:1\r\n$-1\r\n" + string(longest) + "+OK\r\n" + string("") + string("a\r\n$9");
    String after = "-ERR no\r\n*0\r\n*-1\r\n" + string("x");
    String sent = before + string(longest + "b") + after + string("c".repeat(1_000_000));
    assertThat(read(replies(sent, piece))).isEqualTo(before + CUT + after + CUT);
  }

  @Test
  void allStringsOfASampleTogetherAreBoundedAndShortOnesPass() throws IOException {
    int many = 10_000;
    String sent = (string("a".repeat(1000)) + string("0")).repeat(many);
    String got = read(replies(sent, 8192));
    assertThat(got).hasSizeLessThan(7 << 20).endsWith(CUT + string("0"));
    assertThat(got.split("\\$1\r\n0\r\n", -1)).hasSize(many + 1);
    BoundedReplies two = replies(sent + sent, 8192);
    byte[] first = two.readNBytes(got.length());
    two.begin();
    assertThat(new String(first, StandardCharsets.ISO_8859_1)).isEqualTo(got);
    assertThat(read(two)).isEqualTo(got);
  }

  @Test
  void whatIsNoAnswerOfRedisEndsTheConnection() {
    assertThatThrownBy(() -> read(replies("$many\r\n", 100))).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> read(replies("+" + "x".repeat(100_000), 100)))
        .isInstanceOf(IOException.class);
  }
}
