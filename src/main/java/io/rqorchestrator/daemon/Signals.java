package io.rqorchestrator.daemon;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;

/**
 * Signals to this process. The JVM offers only {@code sun.misc.Signal}, of which javac warns even
 * if the warning is suppressed. So this class, and no other, calls it by reflection.
 */
public final class Signals {

  private Signals() {}

  /**
   * Calls {@code handler} with the signal's name, from another thread, whenever the signal arrives.
   * Where the JVM allows it, that needs no new thread, which the host may refuse.
   *
   * @param name without {@code SIG}
   * @param handler must not wait for anything
   */
  public static void on(String name, Consumer<String> handler) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> signalHandler = Class.forName("sun.misc.SignalHandler");
      InvocationHandler call =
          (proxy, method, arguments) -> {
            if (method.getName().equals("handle")) {
              handler.accept("SIG" + name);
              return null;
            }
            return switch (method.getName()) {
              case "hashCode" -> System.identityHashCode(proxy);
              case "equals" -> proxy == arguments[0];
              default -> "handler of SIG" + name;
            };
          };
      Object listener =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(), new Class<?>[] {signalHandler}, call);
      signal
          .getMethod("handle", signal, signalHandler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), listener);
      boolean unused = SignalTable.listen(name, () -> handler.accept("SIG" + name));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this JVM cannot take SIG" + name, e);
    }
  }
}
