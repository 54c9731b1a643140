package dev.slipway.chassis.probe;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.UUID;

/// A row that belongs to a tenant.
@Entity
@Table(name = "note")
public class Note {
    @Id UUID id = UUID.randomUUID();

    String tenant = "";

    String text = "";

    static Note of(String tenant, String text) {
        Note note = new Note();
        note.tenant = tenant;
        note.text = text;
        return note;
    }
}
