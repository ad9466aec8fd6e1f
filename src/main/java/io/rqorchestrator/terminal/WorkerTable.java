package io.rqorchestrator.terminal;

import io.rqorchestrator.control.PoolStatus.WorkerActivity;
import io.rqorchestrator.control.PoolStatus.WorkerRow;
import io.rqorchestrator.terminal.Style.Ink;
import io.rqorchestrator.text.SizeText;
import io.rqorchestrator.time.DurationText;
import io.rqorchestrator.wire.WireNames;
import java.util.ArrayList;
import java.util.List;

/**
 * A table with a row per worker. On a narrow terminal, the least important columns are left out.
 */
final class WorkerTable {

  private static final int LEAST_JOB = 10;
  private static final int MOST_JOB = 60;

  /** The columns, most important first: those at the end are left out first. */
  private enum Column {
    NUMBER("", 5),
    STATE("state", 9),
    JOB("job", LEAST_JOB + 1),
    FOR("for", 7),
    PID("pid", 8),
    JOBS("jobs", 7),
    MEMORY("memory", 8),
    AGE("age", 7),
    ROLE("role", 8);

    private final String title;

    /** Includes the blank that separates it from the next column. */
    private final int width;

    Column(String title, int width) {
      this.title = title;
      this.width = width;
    }

    private boolean isText() {
      return this == NUMBER || this == STATE || this == JOB || this == ROLE;
    }
  }

  private static final List<Column> ORDER =
      List.of(
          Column.NUMBER,
          Column.PID,
          Column.ROLE,
          Column.STATE,
          Column.JOB,
          Column.FOR,
          Column.MEMORY,
          Column.JOBS,
          Column.AGE);

  private final Style style;
  private final List<Column> columns;
  private final int job;

  WorkerTable(Style style) {
    this.style = style;
    List<Column> fitting = new ArrayList<>(ORDER);
    Column[] all = Column.values();
    for (int i = all.length - 1; i > 0 && width(fitting) > style.width(); i--) {
      fitting.remove(all[i]);
    }
    columns = List.copyOf(fitting);
    job = Math.min(MOST_JOB, LEAST_JOB + style.width() - width(columns));
  }

  private static int width(List<Column> columns) {
    return columns.stream().mapToInt(column -> column.width).sum();
  }

  List<String> lines(List<WorkerRow> workers) {
    List<String> lines = new ArrayList<>();
    StringBuilder head = new StringBuilder();
    columns.forEach(column -> head.append(cell(column, column.title)));
    lines.add(style.paint(Ink.FAINT, head.toString().stripTrailing()));
    for (WorkerRow worker : workers) {
      StringBuilder row = new StringBuilder();
      for (Column column : columns) {
        String cell = cell(column, text(column, worker));
        row.append(column == Column.STATE ? style.paint(inkOf(worker.activity()), cell) : cell);
      }
      lines.add(style.colour() ? row.toString() : row.toString().stripTrailing());
    }
    return lines;
  }

  private String cell(Column column, String text) {
    int width = column == Column.JOB ? job : column.width - 1;
    if (column == Column.JOB) {
      return Texts.left(Texts.middle(text, width, style), width, style) + " ";
    }
    return column.isText()
        ? Texts.left(text, width, style) + " "
        : Texts.right(text, width, style) + " ";
  }

  private static String text(Column column, WorkerRow worker) {
    return switch (column) {
      case NUMBER -> "w" + worker.number();
      case PID -> Long.toString(worker.pid());
      case ROLE -> WireNames.of(worker.role());
      case STATE -> WireNames.of(worker.activity());
      case JOB -> job(worker);
      case FOR -> worker.jobFor().map(DurationText::of).orElse("");
      case MEMORY -> worker.memory().isPresent() ? SizeText.of(worker.memory().getAsLong()) : "";
      case JOBS -> Long.toString(worker.jobs());
      case AGE -> DurationText.of(worker.age());
    };
  }

  /**
   * The reason for leaving, if any, and the job. The reason comes first because long texts are cut
   * in the middle.
   */
  private static String job(WorkerRow worker) {
    String why = worker.leaving().map(reason -> "(" + reason + ") ").orElse("");
    return Texts.harmless(why + worker.job().orElse("")).strip();
  }

  private static Ink inkOf(WorkerActivity activity) {
    return switch (activity) {
      case BUSY -> Ink.GOOD;
      case IDLE -> Ink.FAINT;
      case STARTING, DRAINING -> Ink.CAUTION;
      case UNKNOWN -> Ink.BAD;
    };
  }
}
