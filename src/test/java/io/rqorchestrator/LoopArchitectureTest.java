package io.rqorchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import io.rqorchestrator.supervisor.Mailbox;
import io.rqorchestrator.supervisor.Supervisor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/**
 * Nothing on the loop's thread blocks. All that the loop calls is followed through all packages and
 * all implementations of its ports. Only what is handed to another thread is left out: the lambdas
 * of a method that hands work over.
 */
@AnalyzeClasses(packages = "io.rqorchestrator", importOptions = DoNotIncludeTests.class)
class LoopArchitectureTest {

  /** Lambdas that the loop calls through interfaces of the JDK: no call leads to them. */
  private static final Map<String, Set<String>> CALLED_BY_THE_LOOP =
      Map.of(
          "io.rqorchestrator.daemon.Daemon", Set.of("afterTurn", "droppedLines"),
          "io.rqorchestrator.daemon.PoolRuntime", Set.of("publish", "brokenRule"),
          "io.rqorchestrator.event.EventSink", Set.of("all"));

  /** Of these classes, what is handed to them is done on another thread. */
  private static final Map<String, Set<String>> HANDS_OVER =
      Map.of(
          "io.rqorchestrator.process.Inquiry", Set.of("ask"),
          "io.rqorchestrator.process.ProcessSignal", Set.of("soon"));

  /** The one place where the loop rests. */
  private static final String REST = Mailbox.class.getName();

  private static final Set<String> BLOCKING_PACKAGES =
      Set.of("java.io", "java.net", "java.nio.channels", "redis.clients");

  /** Of these packages, what only turns one text into another. */
  private static final Set<String> HARMLESS = Set.of("java.net.URLDecoder", "java.net.URLEncoder");

  private static final Map<String, Set<String>> BLOCKING =
      Map.ofEntries(
          Map.entry("java.lang.ProcessBuilder", Set.of("start")),
          Map.entry("java.lang.Runtime", Set.of("exec")),
          Map.entry("java.lang.Process", Set.of("waitFor", "onExit", "getInputStream")),
          Map.entry("java.lang.Thread", Set.of("join", "sleep", "start")),
          Map.entry("java.lang.Object", Set.of("wait")),
          Map.entry("java.util.concurrent.Future", Set.of("get")),
          Map.entry("java.util.concurrent.CompletableFuture", Set.of("get", "join")),
          Map.entry("java.util.concurrent.CountDownLatch", Set.of("await")),
          Map.entry("java.util.concurrent.Semaphore", Set.of("acquire")),
          Map.entry("java.util.concurrent.BlockingQueue", Set.of("put", "take", "poll")),
          Map.entry("java.util.concurrent.ExecutorService", Set.of("awaitTermination")));

  @ArchTest
  static void nothingThatTheLoopCallsCanBlock(JavaClasses classes) {
    assertThat(blocking(reached(classes))).isEmpty();
  }

  /** Whoever changes the rule sees that it still looks where the work is done. */
  @ArchTest
  static void allThatTheLoopDrivesIsFollowed(JavaClasses classes) {
    assertThat(reached(classes).keySet().stream().map(unit -> unit.getOwner().getSimpleName()))
        .contains(
            "ProcessLauncher",
            "LaunchedWorker",
            "WorkerProcess",
            "ProcessMemory",
            "ProcessSearch",
            "HistoryFile",
            "EventLog",
            "EventHistory",
            "SizeOverrideFile",
            "PoolStateFile",
            "PoolLock",
            "ServiceNotifier",
            "StatusBoard",
            "RedisView");
  }

  /** What blocks and is known to is found, if the loop calls it. */
  @ArchTest
  static void whatWouldBlockIsFound(JavaClasses classes) {
    JavaCodeUnit write =
        classes.get("io.rqorchestrator.process.PoolStateFile").getCodeUnits().stream()
            .filter(unit -> unit.getName().equals("writeNow"))
            .findFirst()
            .orElseThrow();
    assertThat(blocking(reached(classes, List.of(write)))).isNotEmpty();
  }

  private static Map<JavaCodeUnit, String> reached(JavaClasses classes) {
    Stream<JavaCodeUnit> run =
        classes.get(Supervisor.class).getCodeUnits().stream()
            .filter(unit -> unit.getName().equals("run"));
    Stream<JavaCodeUnit> others =
        CALLED_BY_THE_LOOP.entrySet().stream()
            .flatMap(
                entry ->
                    classes.get(entry.getKey()).getCodeUnits().stream()
                        .filter(unit -> entry.getValue().contains(unit.getName())));
    return reached(classes, Stream.concat(run, others).toList());
  }

  /** Every method that is reached, with the way that leads to it. */
  private static Map<JavaCodeUnit, String> reached(
      JavaClasses classes, List<JavaCodeUnit> beginnings) {
    Map<String, List<JavaCodeUnit>> bySignature = new HashMap<>();
    classes.forEach(
        each ->
            each.getCodeUnits()
                .forEach(
                    unit ->
                        bySignature
                            .computeIfAbsent(signature(unit), name -> new ArrayList<>())
                            .add(unit)));
    Map<JavaCodeUnit, String> reached = new LinkedHashMap<>();
    Deque<JavaCodeUnit> open = new ArrayDeque<>();
    for (JavaCodeUnit beginning : beginnings) {
      reached.put(beginning, name(beginning));
      open.add(beginning);
    }
    while (!open.isEmpty()) {
      JavaCodeUnit unit = open.remove();
      for (JavaAccess<?> access : onTheLoop(unit)) {
        for (JavaCodeUnit next : targets(access, bySignature)) {
          if (!next.getOwner().getName().equals(REST)
              && reached.putIfAbsent(next, reached.get(unit) + " > " + name(next)) == null) {
            open.add(next);
          }
        }
      }
    }
    return reached;
  }

  /** What a method calls or refers to, without what it hands to another thread. */
  private static List<JavaAccess<?>> onTheLoop(JavaCodeUnit unit) {
    List<JavaAccess<?>> all = new ArrayList<>();
    all.addAll(unit.getCallsFromSelf());
    boolean handsOver = all.stream().anyMatch(LoopArchitectureTest::handsOver);
    if (handsOver) {
      all.removeIf(JavaAccess::isDeclaredInLambda);
    } else {
      all.addAll(unit.getMethodReferencesFromSelf());
      all.addAll(unit.getConstructorReferencesFromSelf());
    }
    return all;
  }

  private static boolean handsOver(JavaAccess<?> access) {
    JavaClass owner = access.getTargetOwner();
    String name = access.getTarget().getName();
    return (isA(owner, Executor.class.getName()) && name.equals("execute"))
        || HANDS_OVER.getOrDefault(owner.getName(), Set.of()).contains(name);
  }

  /** Our methods that a call may lead to: also those of all that implement the called one. */
  private static List<JavaCodeUnit> targets(
      JavaAccess<?> access, Map<String, List<JavaCodeUnit>> bySignature) {
    JavaClass owner = access.getTargetOwner();
    String signature = signature(access);
    return bySignature.getOrDefault(signature, List.of()).stream()
        .filter(
            unit ->
                unit.getOwner().isAssignableTo(owner.getName())
                    || owner.isAssignableTo(unit.getOwner().getName()))
        .toList();
  }

  private static String signature(JavaCodeUnit unit) {
    return unit.getName() + names(unit.getRawParameterTypes());
  }

  private static String signature(JavaAccess<?> access) {
    return access.getTarget() instanceof CodeUnitAccessTarget target
        ? target.getName() + names(target.getRawParameterTypes())
        : access.getTarget().getName();
  }

  private static String names(List<JavaClass> types) {
    return types.stream().map(JavaClass::getName).toList().toString();
  }

  private static Map<String, String> blocking(Map<JavaCodeUnit, String> reached) {
    Map<String, String> found = new TreeMap<>();
    reached.forEach(
        (unit, way) ->
            onTheLoop(unit).stream()
                .filter(LoopArchitectureTest::blocks)
                .forEach(
                    access ->
                        found.put(
                            way + " > " + access.getTarget().getFullName(),
                            access.getSourceCodeLocation().toString())));
    return found;
  }

  private static boolean blocks(JavaAccess<?> access) {
    JavaClass owner = access.getTargetOwner();
    String name = access.getTarget().getName();
    boolean isHarmless =
        isA(owner, Throwable.class.getName()) || HARMLESS.contains(owner.getName());
    boolean isOfAPackage =
        BLOCKING_PACKAGES.stream().anyMatch(each -> owner.getPackageName().startsWith(each));
    boolean isFiles = owner.getName().equals("java.nio.file.Files");
    boolean isBlocking =
        BLOCKING.entrySet().stream()
            .anyMatch(entry -> entry.getValue().contains(name) && isA(owner, entry.getKey()));
    return !isHarmless && (isOfAPackage || isFiles || isBlocking);
  }

  /** ArchUnit does not know the families of the JDK's classes. */
  private static boolean isA(JavaClass owner, String family) {
    if (!owner.getName().startsWith("java.")) {
      return owner.isAssignableTo(family);
    }
    try {
      return Class.forName(family).isAssignableFrom(Class.forName(owner.getName()));
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  private static String name(JavaCodeUnit unit) {
    return unit.getOwner().getSimpleName() + "." + unit.getName();
  }
}
