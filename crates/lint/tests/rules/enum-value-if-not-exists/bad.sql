ALTER TYPE mood ADD VALUE 'calm' BEFORE 'glad';
ALTER TYPE public."Weather" ADD VALUE 'snow';
