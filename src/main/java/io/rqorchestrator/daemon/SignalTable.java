package io.rqorchestrator.daemon;

import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.util.Hashtable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The JVM's own table of signal handlers. Its dispatcher, a thread that is there from the
 * beginning, looks a signal up in it and starts a new thread that runs the handler. Where the host
 * gives no more threads the signal is lost. An entry of ours in this table is asked whether it is
 * the one that is looked for, by the dispatcher itself: that is how it hears of the signal.
 *
 * <p>This works on what is no part of Java's interface, through {@code Add-Opens} in the jar's
 * manifest. Where a JVM has it otherwise nothing is changed, and signals are heard as usual.
 * docs/decisions/039 has the reasons.
 */
final class SignalTable {

  private static final String DISPATCHER = "Signal Dispatcher";

  private SignalTable() {}

  /**
   * An entry that the dispatcher meets when it looks for a signal. It has the signal's hash code,
   * and is never the one that is looked for, so that no thread is started.
   */
  private static final class Ear {
    private final Object signal;
    private final Runnable heard;

    Ear(Object signal, Runnable heard) {
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
   * Has the dispatcher itself call {@code heard}, in the place of the handler that the signal has.
   * It must not wait for anything: no other signal is heard meanwhile. To be called once a signal.
   *
   * @param name without {@code SIG}
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
      return replace(table, signal, new Ear(signal, heard));
    } catch (ReflectiveOperationException | InaccessibleObjectException e) {
      return false;
    }
  }

  /** The table is locked, so that a signal meanwhile meets either the one or the other. */
  @SuppressWarnings("unchecked") // nobody reads our entry as what the table is declared to hold
  private static boolean replace(Map<?, ?> table, Object signal, Ear ear) {
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
