-- Whether the attempt's program ran: then its output ends with a last piece.
ALTER TABLE task ADD COLUMN reached boolean NOT NULL DEFAULT false;
-- Whether that last piece has come.
ALTER TABLE output_coverage ADD COLUMN ended boolean NOT NULL DEFAULT false;
