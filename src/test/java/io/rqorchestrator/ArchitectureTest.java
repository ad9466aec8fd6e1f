package io.rqorchestrator;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.rqorchestrator.time.SystemTicks;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The picture in the architecture page, held. */
@AnalyzeClasses(packages = "io.rqorchestrator", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String ROOT = "io.rqorchestrator.";
  private static final String[] PURE =
      packages("time", "text", "wire", "rq", "measure", "scaling", "pool", "event", "control");

  // Arrows.

  @ArchTest static final ArchRule TIME = core("time");
  @ArchTest static final ArchRule TEXT = core("text");
  @ArchTest static final ArchRule WIRE = core("wire");
  @ArchTest static final ArchRule RQ = core("rq", "time");
  @ArchTest static final ArchRule MEASURE = core("measure", "rq", "time");

  @ArchTest
  static final ArchRule SCALING = core("scaling", "measure", "rq", "text", "time", "wire");

  @ArchTest static final ArchRule POOL = core("pool", "rq", "text", "time", "wire");

  @ArchTest
  static final ArchRule EVENT =
      core("event", "scaling", "measure", "pool", "rq", "text", "time", "wire");

  @ArchTest
  static final ArchRule CONTROL =
      core("control", "event", "scaling", "measure", "pool", "rq", "time", "wire");

  @ArchTest
  static final ArchRule SUPERVISOR =
      core("supervisor", "control", "event", "scaling", "measure", "pool", "rq", "time", "wire");

  @ArchTest
  static final ArchRule JSON =
      classes()
          .that()
          .resideInAPackage(ROOT + "json..")
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                  "java..",
                  "org.jspecify..",
                  "com.google.gson..",
                  ROOT + "json..",
                  ROOT + "control..",
                  ROOT + "event..",
                  ROOT + "wire.."));

  @ArchTest
  static final ArchRule SIMULATION =
      core(
          "simulation",
          "supervisor",
          "control",
          "event",
          "scaling",
          "measure",
          "pool",
          "rq",
          "time",
          "config");

  @ArchTest static final ArchRule REDIS = edge("redis", "rq", "time");
  @ArchTest static final ArchRule PROCESS = edge("process", "pool", "control", "time", "wire");

  @ArchTest
  static final ArchRule HISTORY = edge("history", "event", "scaling", "rq", "time", "wire");

  @ArchTest
  static final ArchRule TERMINAL =
      edge("terminal", "control", "event", "pool", "text", "time", "wire");

  @ArchTest
  static final ArchRule SOCKET = edge("socket", "json", "control", "scaling", "time", "wire");

  @ArchTest
  static final ArchRule WEB = edge("web", "json", "control", "event", "pool", "time", "wire");

  @ArchTest static final ArchRule PLOT = edge("plot");
  @ArchTest static final ArchRule CONFIG = edge("config");

  @ArchTest
  static final ArchRule SETUP =
      edge("setup", "config", "control", "supervisor", "scaling", "pool", "redis", "process");

  @ArchTest
  static final ArchRule ADVICE =
      edge(
          "advice",
          "setup",
          "simulation",
          "history",
          "plot",
          "config",
          "event",
          "scaling",
          "pool",
          "text",
          "time");

  @ArchTest
  static final ArchRule DAEMON_DOES_NOT_KNOW_THE_COMMAND_LINE_NOR_SIMULATIONS =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "daemon..")
          .should()
          .dependOnClassesThat(resideInAnyPackage(packages("cli", "advice", "simulation", "plot")));

  @ArchTest
  static final ArchRule EDGES_DO_NOT_KNOW_EACH_OTHER_NOR_WHO_PUTS_THEM_TOGETHER =
      slices()
          .matching(
              ROOT
                  + "(redis|process|history|plot|config|socket|terminal|web|setup|advice|daemon|cli)..")
          .should()
          .notDependOnEachOther()
          .ignoreDependency(
              resideInAnyPackage(packages("setup", "advice", "daemon", "cli")),
              DescribedPredicate.alwaysTrue())
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule NO_CYCLES = slices().matching(ROOT + "(*)..").should().beFreeOfCycles();

  // The core is pure.

  @ArchTest
  static final ArchRule NO_THREADS_AND_NO_PROCESSES_IN_THE_CORE =
      noClasses()
          .that()
          .resideInAnyPackage(PURE)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("java.util.concurrent..")
          .orShould()
          .dependOnClassesThat()
          .belongToAnyOf(Thread.class, ThreadLocal.class, Runtime.class, Process.class);

  @ArchTest
  static final ArchRule ONE_CLASS_READS_THE_CLOCKS =
      noClasses()
          .that()
          .doNotBelongToAnyOf(SystemTicks.class)
          .should()
          .accessTargetWhere(readsAClockOrSleeps());

  // Libraries.

  @ArchTest
  static final ArchRule JEDIS_ONLY_IN_REDIS = only("redis", resideInAPackage("redis.clients.."));

  @ArchTest
  static final ArchRule HTTP_AND_METRICS_ONLY_IN_WEB =
      only("web", resideInAnyPackage("com.sun.net.httpserver..", "io.prometheus.."));

  @ArchTest static final ArchRule PICOCLI_ONLY_IN_CLI = only("cli", resideInAPackage("picocli.."));

  @ArchTest
  static final ArchRule LOGBACK_ONLY_IN_DAEMON =
      only("daemon", resideInAPackage("ch.qos.logback.."));

  @ArchTest
  static final ArchRule LOGGING_ONLY_AT_THE_EDGES =
      noClasses()
          .that()
          .resideInAnyPackage(
              packages("supervisor", "simulation", "plot", "config", "setup", "advice"))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.slf4j..", "ch.qos.logback..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule PROCESSES_ONLY_IN_PROCESS =
      only("process", named(Set.of(ProcessBuilder.class, ProcessHandle.class)));

  /** A package at the edges and the packages of ours that it may know. */
  private static ArchRule edge(String name, String... known) {
    String[] allowed =
        Stream.concat(Stream.of(packages(name)), Stream.of(packages(known))).toArray(String[]::new);
    return noClasses()
        .that()
        .resideInAPackage(ROOT + name + "..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.rqorchestrator..").and(not(resideInAnyPackage(allowed))));
  }

  /** A package of the core and the packages it may know; of all else, java.base and JSpecify. */
  private static ArchRule core(String name, String... known) {
    String[] allowed =
        Stream.concat(
                Stream.of("java.lang..", "java.util..", "java.time..", "org.jspecify.."),
                Stream.of(packages(known)))
            .toArray(String[]::new);
    return classes()
        .that()
        .resideInAPackage(ROOT + name + "..")
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(allowed).or(resideInAPackage(ROOT + name + "..")));
  }

  private static ArchRule only(String name, DescribedPredicate<JavaClass> library) {
    return noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + name + "..")
        .should()
        .dependOnClassesThat(library);
  }

  private static DescribedPredicate<JavaClass> named(Set<Class<?>> classes) {
    List<String> names = classes.stream().map(Class::getName).toList();
    return describe(
        "one of " + names,
        candidate ->
            names.stream()
                .anyMatch(
                    name ->
                        candidate.getName().equals(name)
                            || candidate.getName().startsWith(name + "$")));
  }

  private static DescribedPredicate<JavaAccess<?>> readsAClockOrSleeps() {
    return describe(
        "a clock is read or somebody sleeps",
        access -> {
          AccessTarget target = access.getTarget();
          String owner = target.getOwner().getName();
          String name = target.getName();
          return (owner.startsWith("java.time.") && name.equals("now"))
              || owner.startsWith("java.time.Clock")
              || (owner.equals("java.lang.System")
                  && (name.equals("nanoTime") || name.equals("currentTimeMillis")))
              || (owner.equals("java.util.Date") && name.equals("<init>"))
              || name.equals("sleep");
        });
  }

  private static String[] packages(String... names) {
    return Stream.of(names).map(name -> ROOT + name + "..").toArray(String[]::new);
  }
}
