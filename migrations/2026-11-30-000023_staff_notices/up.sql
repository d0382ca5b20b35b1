-- Notices that stay on every page of a person until they dismiss them. Whether somebody has any stands in their own row,
-- where every request finds it.
DO $$
BEGIN
  -- A moment alone with the table: who waits longer lets the others through and tries again.
  SET LOCAL lock_timeout = '1s';
  LOOP
    BEGIN
      LOCK TABLE staff IN ACCESS EXCLUSIVE MODE;
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(0.2);
    END;
  END LOOP;
  SET LOCAL lock_timeout = 0;
END $$;
ALTER TABLE staff ADD COLUMN has_notices boolean;  -- null is no

CREATE TABLE staff_notices (
  staff_id uuid NOT NULL,            -- who reads it
  id uuid NOT NULL,
  about text NOT NULL,
  of_staff_id uuid NOT NULL,         -- to whom it was done
  by_staff_id uuid,                  -- who did it; null is a command
  created_at timestamptz NOT NULL,
  CONSTRAINT staff_notices_pkey PRIMARY KEY (staff_id, id),
  CONSTRAINT staff_notices_staff FOREIGN KEY (staff_id) REFERENCES staff (id) ON DELETE CASCADE,
  CONSTRAINT staff_notices_of_staff FOREIGN KEY (of_staff_id) REFERENCES staff (id) ON DELETE CASCADE,
  CONSTRAINT staff_notices_by_staff FOREIGN KEY (by_staff_id) REFERENCES staff (id) ON DELETE CASCADE,
  CONSTRAINT staff_notices_about_known CHECK (about IN ('second_factor_reset'))
);
