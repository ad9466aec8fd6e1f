package io.rqorchestrator.daemon;

import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.util.Hashtable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The JVM's own table of signal handlers. The JVM's dispatcher, a thread that exists from the
 * beginning, looks a signal up in this table and starts a new thread that runs the handler. If the
 * host gives no more threads, the signal is lost. Therefore this class puts an entry into the table
 * whose {@code equals} the dispatcher itself calls during the look-up: that call reports the
 * signal.
 *
 * <p>The table is not part of Java's interface; {@code Add-Opens} in the jar's manifest gives
 * access to it. If a JVM has no such table, nothing is changed, and signals arrive as usual.
 * docs/decisions/039 has the reasons.
 */
final class SignalTable {

  private static final String DISPATCHER = "Signal Dispatcher";

  private SignalTable() {}

  /**
   * An entry that the dispatcher compares with the signal that it looks for. The entry has the
   * signal's hash code and is never equal to the signal, so that no thread is started.
   */
  private static final class TableEntry {
    private final Object signal;
    private final Runnable heard;

    TableEntry(Object signal, Runnable heard) {
      this.signal = signal;
      this.heard = heard;
    }

    @Override
    public int hashCode() {
      return signal.hashCode();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      if (signal.equals(other) && Thread.currentThread().getName().equals(DISPATCHER)) {
        heard.run();
      }
      return other == this;
    }
  }

  /**
   * Has the dispatcher itself call {@code heard}, in place of the signal's handler. May be called
   * once for each signal.
   *
   * @param name without {@code SIG}
   * @param heard must not wait for anything: meanwhile no other signal is taken
   * @return whether this JVM allows it
   */
  static boolean listen(String name, Runnable heard) {
    try {
      Class<?> type = Class.forName("jdk.internal.misc.Signal");
      Object signal = type.getConstructor(String.class).newInstance(name);
      Field field = type.getDeclaredField("handlers");
      field.setAccessible(true);
      if (!(field.get(null) instanceof Hashtable<?, ?> table)) {
        return false;
      }
      return replace(table, signal, new TableEntry(signal, heard));
    } catch (ReflectiveOperationException | InaccessibleObjectException e) {
      return false;
    }
  }

  /** Locks the table, so that a signal that arrives meanwhile finds one entry or the other. */
  @SuppressWarnings(
      "unchecked") // nothing reads our entry with the types that the table is declared with
  private static boolean replace(Map<?, ?> table, Object signal, TableEntry ear) {
    synchronized (table) {
      @Nullable Object handler = table.remove(signal);
      if (handler == null) {
        return false;
      }
      ((Map<Object, Object>) table).put(ear, handler);
      return true;
    }
  }
}
