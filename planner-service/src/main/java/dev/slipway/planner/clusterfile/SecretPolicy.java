package dev.slipway.planner.clusterfile;

/// What reading does about `ssh.passwd`, `ssh.pk`, `ssh.pkPasswd` and `ssh.sudoPassword`.
public enum SecretPolicy {
    /// They are refused: the planner's side.
    REFUSED,
    /// They stand for a credential that the command line still has to send: its `validate`.
    PENDING
}
