package dev.slipway.planner.operation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.RunId;

/// A run's plan as the API shows it.
///
/// @param digest over the plan's canonical JSON
/// @param frozen whether it is executed; a dry run's is not
/// @param phases each with `summary`, `tasks` (host and steps: names, scripts, paths, names of
///   materials), `taskTimeout`, `startBy`, `haltingHosts`, `onUnknown`
record PlanView(
        RunId run,
        ContentDigest digest,
        boolean frozen,
        String operation,
        String cluster,
        int generation,
        JsonNode phases) {}
