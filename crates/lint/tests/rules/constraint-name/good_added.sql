-- What adds one in every run is the greater mistake, and add-constraint-guarded asks for the name.
ALTER TABLE teams ADD CHECK (slug <> 'admin') NOT VALID;
ALTER TABLE teams ADD FOREIGN KEY (owner_id) REFERENCES users (id) NOT VALID;
ALTER DOMAIN email ADD CHECK (VALUE = lower(VALUE)) NOT VALID;
