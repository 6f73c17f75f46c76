-- Migration: 0005_add_reference_data
-- Database: inspire
-- Author: Jubilee Platform Team
-- Date: 2026-11-22
-- Description: Add the books of the Bible, the public-domain Bible versions and the content types

-- Rows that exist are left as they are, so that running this again never undoes what a
-- later migration has changed. Versions become available once their text has been loaded.

BEGIN;

INSERT INTO bible_books (code, book_number, testament, english_name)
VALUES
    ('GEN', 1, 'old', 'Genesis'),
    ('EXO', 2, 'old', 'Exodus'),
    ('LEV', 3, 'old', 'Leviticus'),
    ('NUM', 4, 'old', 'Numbers'),
    ('DEU', 5, 'old', 'Deuteronomy'),
    ('JOS', 6, 'old', 'Joshua'),
    ('JDG', 7, 'old', 'Judges'),
    ('RUT', 8, 'old', 'Ruth'),
    ('1SA', 9, 'old', '1 Samuel'),
    ('2SA', 10, 'old', '2 Samuel'),
    ('1KI', 11, 'old', '1 Kings'),
    ('2KI', 12, 'old', '2 Kings'),
    ('1CH', 13, 'old', '1 Chronicles'),
    ('2CH', 14, 'old', '2 Chronicles'),
    ('EZR', 15, 'old', 'Ezra'),
    ('NEH', 16, 'old', 'Nehemiah'),
    ('EST', 17, 'old', 'Esther'),
    ('JOB', 18, 'old', 'Job'),
    ('PSA', 19, 'old', 'Psalms'),
    ('PRO', 20, 'old', 'Proverbs'),
    ('ECC', 21, 'old', 'Ecclesiastes'),
    ('SNG', 22, 'old', 'Song of Songs'),
    ('ISA', 23, 'old', 'Isaiah'),
    ('JER', 24, 'old', 'Jeremiah'),
    ('LAM', 25, 'old', 'Lamentations'),
    ('EZK', 26, 'old', 'Ezekiel'),
    ('DAN', 27, 'old', 'Daniel'),
    ('HOS', 28, 'old', 'Hosea'),
    ('JOL', 29, 'old', 'Joel'),
    ('AMO', 30, 'old', 'Amos'),
    ('OBA', 31, 'old', 'Obadiah'),
    ('JON', 32, 'old', 'Jonah'),
    ('MIC', 33, 'old', 'Micah'),
    ('NAM', 34, 'old', 'Nahum'),
    ('HAB', 35, 'old', 'Habakkuk'),
    ('ZEP', 36, 'old', 'Zephaniah'),
    ('HAG', 37, 'old', 'Haggai'),
    ('ZEC', 38, 'old', 'Zechariah'),
    ('MAL', 39, 'old', 'Malachi'),
    ('MAT', 40, 'new', 'Matthew'),
    ('MRK', 41, 'new', 'Mark'),
    ('LUK', 42, 'new', 'Luke'),
    ('JHN', 43, 'new', 'John'),
    ('ACT', 44, 'new', 'Acts'),
    ('ROM', 45, 'new', 'Romans'),
    ('1CO', 46, 'new', '1 Corinthians'),
    ('2CO', 47, 'new', '2 Corinthians'),
    ('GAL', 48, 'new', 'Galatians'),
    ('EPH', 49, 'new', 'Ephesians'),
    ('PHP', 50, 'new', 'Philippians'),
    ('COL', 51, 'new', 'Colossians'),
    ('1TH', 52, 'new', '1 Thessalonians'),
    ('2TH', 53, 'new', '2 Thessalonians'),
    ('1TI', 54, 'new', '1 Timothy'),
    ('2TI', 55, 'new', '2 Timothy'),
    ('TIT', 56, 'new', 'Titus'),
    ('PHM', 57, 'new', 'Philemon'),
    ('HEB', 58, 'new', 'Hebrews'),
    ('JAS', 59, 'new', 'James'),
    ('1PE', 60, 'new', '1 Peter'),
    ('2PE', 61, 'new', '2 Peter'),
    ('1JN', 62, 'new', '1 John'),
    ('2JN', 63, 'new', '2 John'),
    ('3JN', 64, 'new', '3 John'),
    ('JUD', 65, 'new', 'Jude'),
    ('REV', 66, 'new', 'Revelation'),
    ('TOB', 67, 'deuterocanon', 'Tobit'),
    ('JDT', 68, 'deuterocanon', 'Judith'),
    ('ESG', 69, 'deuterocanon', 'Esther (Greek)'),
    ('WIS', 70, 'deuterocanon', 'Wisdom of Solomon'),
    ('SIR', 71, 'deuterocanon', 'Sirach'),
    ('BAR', 72, 'deuterocanon', 'Baruch'),
    ('LJE', 73, 'deuterocanon', 'Letter of Jeremiah'),
    ('S3Y', 74, 'deuterocanon', 'Song of the Three Young Men'),
    ('SUS', 75, 'deuterocanon', 'Susanna'),
    ('BEL', 76, 'deuterocanon', 'Bel and the Dragon'),
    ('1MA', 77, 'deuterocanon', '1 Maccabees'),
    ('2MA', 78, 'deuterocanon', '2 Maccabees'),
    ('3MA', 79, 'deuterocanon', '3 Maccabees'),
    ('4MA', 80, 'deuterocanon', '4 Maccabees'),
    ('1ES', 81, 'deuterocanon', '1 Esdras'),
    ('2ES', 82, 'deuterocanon', '2 Esdras'),
    ('MAN', 83, 'deuterocanon', 'Prayer of Manasseh'),
    ('PS2', 84, 'deuterocanon', 'Psalm 151')
ON CONFLICT (code) DO NOTHING;

-- Only editions whose text is old enough, or given by its authors, to be free of copyright.
-- The year is that of the edition in common use: KJV as standardised in 1769, for example.
INSERT INTO bible_versions (code, language_code, title, publication_year, license_kind)
VALUES
    ('ASV', 'en', 'American Standard Version', 1901, 'public-domain'),
    ('DBY', 'en', 'Darby Translation', 1890, 'public-domain'),
    ('DRA', 'en', 'Douay-Rheims, 1899 American Edition', 1899, 'public-domain'),
    ('GNV', 'en', 'Geneva Bible', 1599, 'public-domain'),
    ('KJV', 'en', 'King James Version', 1769, 'public-domain'),
    ('WBT', 'en', 'Webster Bible', 1833, 'public-domain'),
    ('WEB', 'en', 'World English Bible', NULL, 'public-domain'),
    ('YLT', 'en', 'Young''s Literal Translation', 1898, 'public-domain'),
    ('ELB1905', 'de', 'Elberfelder Bibel 1905', 1905, 'public-domain'),
    ('LUT1912', 'de', 'Lutherbibel 1912', 1912, 'public-domain'),
    ('RVA1909', 'es', 'Reina-Valera 1909', 1909, 'public-domain'),
    ('LSG1910', 'fr', 'Louis Segond 1910', 1910, 'public-domain'),
    ('DIO1649', 'it', 'Diodati 1649', 1649, 'public-domain'),
    ('VULC', 'la', 'Vulgata Clementina', 1592, 'public-domain'),
    ('SV1637', 'nl', 'Statenvertaling 1637', 1637, 'public-domain'),
    ('SYN1876', 'ru', 'Синодальный перевод 1876', 1876, 'public-domain')
ON CONFLICT (code) DO NOTHING;

INSERT INTO content_types (code, display_name, description, sort_order)
VALUES
    ('sermon', 'Sermon', 'A message preached to a congregation, as text or recording.', 10),
    ('devotional', 'Devotional', 'A short reflection for a day, usually on one passage.', 20),
    ('bible-study', 'Bible study', 'Guided study of a passage or theme, for one reader or a group.', 30),
    ('article', 'Article', 'An essay on faith, life or teaching.', 40),
    ('prayer', 'Prayer', 'A written prayer for personal or common use.', 50),
    ('testimony', 'Testimony', 'A personal account of faith.', 60),
    ('lesson', 'Lesson', 'Teaching material for a class, with notes for the teacher.', 70),
    ('reading-plan', 'Reading plan', 'A plan that leads through passages of the Bible day by day.', 80),
    ('podcast-episode', 'Podcast episode', 'An audio programme published as part of a podcast.', 90),
    ('video', 'Video', 'A recorded talk, film or animation.', 100)
ON CONFLICT (code) DO NOTHING;

COMMIT;
