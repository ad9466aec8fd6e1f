package io.rqorchestrator.supervisor;

import io.rqorchestrator.control.EventTally;
import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.measure.BusyLedger;
import io.rqorchestrator.measure.JobLedger;
import io.rqorchestrator.pool.WorkerProcesses;

/** Builds and connects the parts of a pool. All parts belong to the supervisor's thread. */
final class PoolParts {

  final SupervisorRules rules;
  final EventSink events;
  final EventTally tally = new EventTally();
  final Roster roster = new Roster();
  final OperatorControl operator;
  final Health health;
  final RqWatch watch;
  final ServedQueues served;
  final PoolMemory memory;
  final JobLedger jobs;
  final JobChecks jobChecks;
  final DeadWorkers deadWorkers;
  final ForeignWorkers foreign;
  final SampleIntake intake;
  final Measurement measurement;
  final Sizing sizing;
  final Launching launching;
  final ActionExecutor executor;
  final WorkerExits exits;
  final Adoption adoption;
  final Replacements replacements;
  final RollingRestart restart;
  final Housekeeping housekeeping;
  final Stopping stopping;

  PoolParts(SupervisorPorts ports, SupervisorRules rules, Controls controls, EventSink sink) {
    EndedJobs endedJobs = new EndedJobs();
    WorkerProcesses processes = ports.processes();
    this.rules = rules;
    this.events = EventSink.all(sink, tally, endedJobs);
    this.operator = new OperatorControl(controls);
    this.health = new Health(events);
    this.watch = new RqWatch(rules.staleAfter(), events);
    this.served = new ServedQueues(controls.identity().redis());
    this.memory = new PoolMemory(processes);
    this.jobChecks = new JobChecks(ports.rq(), roster);
    this.deadWorkers = new DeadWorkers(ports, jobChecks, events);
    this.foreign = new ForeignWorkers(events);

    Ledgers ledgers = new Ledgers(new BusyLedger(rules.window()), new JobTally());
    this.jobs = ledgers.jobs().ledger();
    RecordMatch match = new RecordMatch(controls.identity().host());
    this.intake = new SampleIntake(roster, match, served, ledgers, deadWorkers, foreign, events);
    this.measurement = new Measurement(rules, roster, watch, ledgers, events);
    ServiceTimes services = new ServiceTimes(jobs);
    WorkerPrice price = new WorkerPrice(memory, processes);
    this.sizing =
        new Sizing(
            rules, operator.directive(), controls.policyFor(), services, price, foreign, events);

    this.launching =
        new Launching(roster, processes, rules.pool(), ports.backoff(), served, health, events);
    this.executor =
        new ActionExecutor(
            roster, processes, launching, jobChecks, deadWorkers.jobs(), ledgers, events);
    ExitClassifier classifier = new ExitClassifier(ports.backoff());
    this.exits =
        new WorkerExits(roster, ledgers, jobChecks, deadWorkers, classifier, health, events);
    this.adoption = new Adoption(processes, rules.pool(), launching, deadWorkers);
    Recycling recycling = new Recycling(rules.recycling(), events);
    this.replacements = new Replacements(roster, rules.pool(), operator, recycling, events);
    this.restart = new RollingRestart(roster, processes, replacements, health, events);
    this.housekeeping =
        new Housekeeping(roster, memory, health, served, launching, replacements, events);
    this.stopping = new Stopping(roster, endedJobs, events);
  }
}
