package io.rqorchestrator.cli;

import com.google.gson.JsonParseException;
import io.rqorchestrator.control.EventHistory;
import io.rqorchestrator.control.HistoryLine;
import io.rqorchestrator.control.PoolStatus;
import io.rqorchestrator.control.TrendPoint;
import io.rqorchestrator.daemon.Signals;
import io.rqorchestrator.json.PoolJsonReader;
import io.rqorchestrator.process.TerminalSize;
import io.rqorchestrator.socket.PoolClient;
import io.rqorchestrator.terminal.StatusScreen;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The live screen of a pool. It reads the status over the control socket and shows when the daemon
 * is gone. The next daemon of the pool has the same socket, so the screen goes on with it.
 */
final class StatusWatch {

  private static final String OPEN = "\033[?1049h\033[?25l";
  private static final String CLOSE = "\033[?25h\033[?1049l";
  private static final String HOME = "\033[H";
  private static final String END_OF_LINE = "\033[K";
  private static final String END_OF_SCREEN = "\033[J";
  private static final int HISTORY = 40;

  /** Why the wait between two pictures ends early. */
  private enum Call {
    REDRAW,
    END
  }

  private final Path socket;
  private final Map<String, String> environment;
  private final boolean terminal;
  private final PrintStream out =
      new PrintStream(new FileOutputStream(FileDescriptor.out), false, Screen.charset());
  private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
  private final List<TrendPoint> trend = new ArrayList<>();
  private List<HistoryLine> history = List.of();
  private @Nullable PoolClient client;
  private Optional<PoolStatus> newest = Optional.empty();
  private TerminalSize size;
  private String problem = "";

  StatusWatch(Path socket, Map<String, String> environment) {
    this.socket = socket;
    this.environment = environment;
    this.terminal = Screen.isCapable(environment);
    this.size = size();
  }

  private TerminalSize size() {
    return terminal ? TerminalSize.ask(environment) : new TerminalSize(80, Integer.MAX_VALUE);
  }

  /** Shows the screen until a signal ends it, and restores the terminal. */
  void run() throws InterruptedException, IOException {
    for (String signal : List.of("INT", "TERM", "HUP")) {
      Signals.on(signal, name -> calls.add(Call.END));
    }
    Signals.on("WINCH", name -> calls.add(Call.REDRAW));
    if (terminal) {
      out.print(OPEN);
    }
    try {
      @Nullable Call call = Call.REDRAW;
      while (call != Call.END && !out.checkError()) {
        look();
        draw();
        call = calls.poll(1, TimeUnit.SECONDS);
        if (call == Call.REDRAW) {
          size = size();
        }
      }
    } finally {
      if (terminal) {
        out.print(CLOSE);
      }
      out.flush();
      hangUp();
    }
  }

  private void look() throws IOException {
    try {
      PoolClient asked = client;
      if (asked == null) {
        asked = PoolClient.connect(socket, PoolFinder.PATIENCE);
        client = asked;
        trend.clear();
      }
      look(asked);
      problem = "";
    } catch (IOException e) {
      problem = "the daemon is gone (" + e.getMessage() + "); waiting for the next one";
      hangUp();
    } catch (PoolClient.RefusedException | JsonParseException e) {
      problem = String.valueOf(e.getMessage());
    }
  }

  private void look(PoolClient asked) throws IOException, PoolClient.RefusedException {
    newest = Optional.of(PoolJsonReader.status(asked.status()));
    long seen = trend.isEmpty() ? 0 : trend.get(trend.size() - 1).at().toEpochMilli();
    asked.trend(seen).forEach(point -> trend.add(PoolJsonReader.point(point)));
    trend.subList(0, Math.max(0, trend.size() - EventHistory.MOST_POINTS)).clear();
    history = asked.history(HISTORY).stream().map(PoolJsonReader::line).toList();
  }

  private void hangUp() throws IOException {
    PoolClient open = client;
    client = null;
    if (open != null) {
      open.close();
    }
  }

  private void draw() {
    // One line is kept for the problem.
    int rows = size.rows() - 1;
    StatusScreen screen =
        new StatusScreen(Screen.style(environment, size.columns()), ZoneId.systemDefault());
    List<String> lines = new ArrayList<>();
    newest.ifPresent(status -> lines.addAll(screen.lines(status, trend, history, rows)));
    if (!problem.isEmpty()) {
      lines.add(screen.line(problem));
    }
    String end = terminal ? END_OF_LINE + "\r\n" : System.lineSeparator();
    StringBuilder frame = new StringBuilder(terminal ? HOME : "");
    for (int i = 0; i < lines.size(); i++) {
      frame.append(lines.get(i)).append(terminal && i == lines.size() - 1 ? END_OF_LINE : end);
    }
    out.print(frame.append(terminal ? END_OF_SCREEN : System.lineSeparator()));
    out.flush();
  }
}
