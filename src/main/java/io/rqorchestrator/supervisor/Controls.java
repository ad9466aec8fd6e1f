package io.rqorchestrator.supervisor;

import io.rqorchestrator.control.DroppedLines;
import io.rqorchestrator.control.PoolStatus;
import io.rqorchestrator.control.PoolStatus.Identity;
import io.rqorchestrator.control.SizeOverrideStore;
import io.rqorchestrator.control.SizeSettings;
import io.rqorchestrator.scaling.Aim;
import io.rqorchestrator.scaling.ScalingPolicy;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * How operators and viewers are connected with the supervisor.
 *
 * @param identity the pool's name and place; its host as Python's {@code socket.gethostname()}
 *     names it
 * @param settings what the options say about the size
 * @param sizeOverrides keeps an operator's size for the next daemon
 * @param check names the rule that changed settings would break; empty if they are valid
 * @param policyFor the policy for an aim
 * @param viewer takes the status after each turn, if anybody looks; must not block
 * @param dropped lines that were dropped so far; must not block
 */
public record Controls(
    Identity identity,
    SizeSettings settings,
    SizeOverrideStore sizeOverrides,
    Function<SizeSettings, Optional<String>> check,
    Function<Aim, ScalingPolicy> policyFor,
    Optional<Consumer<PoolStatus>> viewer,
    Supplier<DroppedLines> dropped) {}
