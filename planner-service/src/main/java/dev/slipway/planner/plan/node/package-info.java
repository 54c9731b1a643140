/// What the phases of both runtimes are made of: the steps, scripts and files that a host gets
/// whatever runs Kubernetes on it, and the phases that are the same for both.
@NullMarked
package dev.slipway.planner.plan.node;

import org.jspecify.annotations.NullMarked;
