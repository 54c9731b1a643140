package dev.slipway.planner.clusterfile;

/// What reading does about `ssh.passwd`, `ssh.pk`, `ssh.pkPasswd` and `ssh.sudoPassword`, and about
/// files of the user's machine ([FileSource.Local]).
public enum SecretPolicy {
    /// They are refused: the planner's side.
    REFUSED,
    /// They stand for what the command line still has to send: its `validate`.
    PENDING
}
