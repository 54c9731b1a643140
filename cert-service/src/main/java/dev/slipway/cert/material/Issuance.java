package dev.slipway.cert.material;

import dev.slipway.cert.sshca.UserCertificate;
import java.util.List;

/// What is made anew for an order, because it is kept nowhere.
///
/// @param users in the place of credentials
/// @param wanted all else
record Issuance(List<UserCertificate> users, IssuanceDesk.Wanted wanted) {
    public Issuance {
        users = List.copyOf(users);
    }
}
