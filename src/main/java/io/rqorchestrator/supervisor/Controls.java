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
 * The connections of a supervisor with operators and viewers.
 *
 * @param identity the pool's name and place; its host as Python's {@code socket.gethostname()}
 *     names it
 * @param settings min, max and aim according to the options
 * @param sizeOverrides keeps an operator's size override for the next daemon
 * @param check returns the rule that changed settings would break; empty if the settings are valid
 * @param policyFor returns the policy for an aim
 * @param viewer takes the status after each turn; empty if there is no viewer; must not block
 * @param dropped returns the number of lines dropped so far; must not block
 */
public record Controls(
    Identity identity,
    SizeSettings settings,
    SizeOverrideStore sizeOverrides,
    Function<SizeSettings, Optional<String>> check,
    Function<Aim, ScalingPolicy> policyFor,
    Optional<Consumer<PoolStatus>> viewer,
    Supplier<DroppedLines> dropped) {}
