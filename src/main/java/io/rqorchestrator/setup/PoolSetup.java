package io.rqorchestrator.setup;

import io.rqorchestrator.config.PoolSettings;
import io.rqorchestrator.config.RedisAddress;
import io.rqorchestrator.config.WorkerProgram;
import io.rqorchestrator.pool.PoolRules;
import io.rqorchestrator.pool.RecycleRules;
import io.rqorchestrator.process.Host;
import io.rqorchestrator.process.LaunchSettings;
import io.rqorchestrator.process.LaunchSettings.PoolNames;
import io.rqorchestrator.process.LaunchSettings.Preload;
import io.rqorchestrator.process.LaunchSettings.Program;
import io.rqorchestrator.redis.RedisSettings;
import io.rqorchestrator.redis.TlsSettings;
import io.rqorchestrator.supervisor.SupervisorRules;
import java.time.Duration;

/**
 * The settings of one pool, and the same in the terms of each layer.
 *
 * @param settings as the user gave them
 * @param identity the pool's name and id
 * @param hostname this host as Python's {@code socket.gethostname()} names it
 */
public record PoolSetup(PoolSettings settings, PoolIdentity identity, String hostname) {

  private static final Duration REDIS_DEADLINE = Duration.ofSeconds(2);

  /** Of a pool on this host. */
  public static PoolSetup of(PoolSettings settings) {
    String hostname = Host.name();
    return new PoolSetup(settings, PoolIdentity.of(settings, hostname), hostname);
  }

  /** How workers are started. */
  public LaunchSettings launch() {
    WorkerProgram program = settings.workers().program();
    boolean takesRqOptions =
        program instanceof WorkerProgram.PythonEntry entry && entry.takesRqOptions();
    return new LaunchSettings(
        new PoolNames(identity.id(), identity.name(), identity.workerPrefix()),
        settings.workers().python(),
        settings.workers().directory(),
        new Program(
            program.words(),
            settings.workers().rqArguments(),
            program instanceof WorkerProgram.PythonEntry,
            takesRqOptions,
            program instanceof WorkerProgram.PythonEntry && !program.namesQueues()),
        settings.queues(),
        new Preload(settings.workers().preload(), settings.workers().startTimeout()),
        settings.redis().url());
  }

  /** How Redis is reached. */
  public RedisSettings redis() {
    RedisAddress redis = settings.redis();
    return new RedisSettings(
        redis.host(),
        redis.port(),
        redis.tls().map(tls -> new TlsSettings(tls.trusted(), tls.forHost(), tls.authorities())),
        redis.database(),
        redis.user(),
        redis.password(),
        REDIS_DEADLINE);
  }

  /** The rules of the supervisor. */
  public SupervisorRules supervisorRules() {
    return ScalingSetup.rules(settings.scaling(), settings.burst(), poolRules(), recycleRules());
  }

  /** How workers are started, replaced and stopped. */
  private PoolRules poolRules() {
    return new PoolRules(
        settings.recycling().surge(),
        settings.recycling().maxStragglers(),
        settings.workers().scheduler(),
        settings.workers().startTimeout(),
        settings.workers().drainTimeout());
  }

  /** When a worker is replaced because of its jobs, age or memory. */
  private RecycleRules recycleRules() {
    return new RecycleRules(
        settings.recycling().maxJobs(),
        settings.recycling().maxAge(),
        settings.recycling().maxMemory());
  }
}
