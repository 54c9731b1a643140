/// The kubeadm runtime: one file a phase, one ordered list of phases per operation
/// (`KubeadmPhases`), and kubeadm's configuration documents. Pure like the rest of the plan.
@NullMarked
package dev.slipway.planner.plan.kubeadm;

import org.jspecify.annotations.NullMarked;
