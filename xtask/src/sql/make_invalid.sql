UPDATE pg_catalog.pg_index SET indisvalid = false WHERE indexrelid = $index${index}$index$::pg_catalog.regclass
