package io.rqorchestrator.bench;

import io.rqorchestrator.redis.RedisSettings;
import io.rqorchestrator.redis.RedisView;
import io.rqorchestrator.rq.HandedJob;
import io.rqorchestrator.rq.HandedLook;
import io.rqorchestrator.rq.JobInHand;
import io.rqorchestrator.rq.PutBack;
import io.rqorchestrator.rq.RqSnapshot;
import io.rqorchestrator.time.Seconds;
import io.rqorchestrator.time.SystemTicks;
import io.rqorchestrator.time.Tick;
import io.rqorchestrator.time.TickSource;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Takes samples of one queue, prints how many workers each of them read, and at the end the mean
 * cost of those after the warm-up, in milliseconds of CPU of the whole process and of time. Started
 * by {@code scripts/bench}, with the JVM options of the launcher.
 */
public final class SampleBench {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** A sample, or why there is none. */
  private record Answer(int workers, String problem) {}

  private SampleBench() {}

  /** Arguments: port, queue, samples to warm up with, samples to measure. */
  public static void main(String[] args) throws InterruptedException {
    LinkedBlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    RedisSettings settings =
        new RedisSettings(
            "127.0.0.1",
            Integer.parseInt(args[0]),
            Optional.empty(),
            0,
            Optional.empty(),
            Optional.empty(),
            PATIENCE);
    TickSource ticks = new SystemTicks();
    try (RedisView redis =
        new RedisView(settings, List.of(args[1]), ticks, listenerInto(answers))) {
      take(redis, answers, Integer.parseInt(args[2]));
      int measured = Integer.parseInt(args[3]);
      Tick before = ticks.now();
      long cpuBefore = cpuNanos();
      take(redis, answers, measured);
      double cpu = (cpuNanos() - cpuBefore) / 1e6;
      double time = Seconds.of(ticks.now().since(before)) * 1e3;
      System.out.printf(Locale.ROOT, "cost %.3f %.3f%n", cpu / measured, time / measured);
    }
  }

  private static void take(RedisView redis, LinkedBlockingQueue<Answer> answers, int samples)
      throws InterruptedException {
    for (int i = 0; i < samples; i++) {
      redis.requestSample(Set.of(), Set.of(), false);
      Answer answer = answers.take();
      if (!answer.problem().isEmpty()) {
        System.err.println(answer.problem());
        System.exit(1);
      }
      System.out.println(answer.workers());
    }
  }

  private static RedisView.SampleListener listenerInto(LinkedBlockingQueue<Answer> answers) {
    return new RedisView.SampleListener() {
      @Override
      public void taken(RqSnapshot snapshot) {
        answers.add(new Answer(snapshot.workers().size(), ""));
      }

      @Override
      public void failed(String problem, boolean denied) {
        answers.add(new Answer(0, problem));
      }

      @Override
      public void jobsFound(Set<String> asked, Map<String, JobInHand> jobs, Tick askedAt) {}

      @Override
      public void handedFound(Optional<HandedLook> look, Tick askedAt) {}

      @Override
      public void putBack(HandedJob job, PutBack outcome) {}
    };
  }

  /** CPU time of this process so far, of all its threads, the collector's too. */
  private static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
