-- Migration: 0027_validate_replaced_checks
-- Database: inspire
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: Check existing rows against the checks that 0010 and 0013 to 0026 added unvalidated

-- The scans take SHARE UPDATE EXCLUSIVE, which blocks neither reads nor writes. All rows
-- pass: what replaced a check allows whatever the check before it allowed.

BEGIN;

ALTER TABLE bible_books
    VALIDATE CONSTRAINT bible_books_osis_code_check,
    VALIDATE CONSTRAINT bible_books_english_name_check;

ALTER TABLE bible_versions
    VALIDATE CONSTRAINT bible_versions_language_code_check,
    VALIDATE CONSTRAINT bible_versions_title_check,
    VALIDATE CONSTRAINT bible_versions_copyright_notice_check;

ALTER TABLE bible_verses
    VALIDATE CONSTRAINT bible_verses_verse_text_check;

ALTER TABLE content_types
    VALIDATE CONSTRAINT content_types_code_check,
    VALIDATE CONSTRAINT content_types_display_name_check,
    VALIDATE CONSTRAINT content_types_description_check;

ALTER TABLE content_series
    VALIDATE CONSTRAINT content_series_slug_check,
    VALIDATE CONSTRAINT content_series_title_check,
    VALIDATE CONSTRAINT content_series_description_check,
    VALIDATE CONSTRAINT content_series_language_code_check;

ALTER TABLE content_items
    VALIDATE CONSTRAINT content_items_slug_check,
    VALIDATE CONSTRAINT content_items_byline_check;

ALTER TABLE content_versions
    VALIDATE CONSTRAINT content_versions_language_code_check,
    VALIDATE CONSTRAINT content_versions_title_check,
    VALIDATE CONSTRAINT content_versions_summary_check,
    VALIDATE CONSTRAINT content_versions_change_note_check,
    VALIDATE CONSTRAINT content_versions_archived_at_check;

ALTER TABLE content_translations
    VALIDATE CONSTRAINT content_translations_language_code_check,
    VALIDATE CONSTRAINT content_translations_title_check,
    VALIDATE CONSTRAINT content_translations_summary_check;

ALTER TABLE attachments
    VALIDATE CONSTRAINT attachments_storage_path_check,
    VALIDATE CONSTRAINT attachments_original_filename_check,
    VALIDATE CONSTRAINT attachments_media_type_check,
    VALIDATE CONSTRAINT attachments_scanned_at_check;

ALTER TABLE content_attachments
    VALIDATE CONSTRAINT content_attachments_caption_check;

ALTER TABLE collections
    VALIDATE CONSTRAINT collections_slug_check,
    VALIDATE CONSTRAINT collections_title_check,
    VALIDATE CONSTRAINT collections_description_check;

ALTER TABLE ui_translations
    VALIDATE CONSTRAINT ui_translations_language_code_check,
    VALIDATE CONSTRAINT ui_translations_message_code_check,
    VALIDATE CONSTRAINT ui_translations_message_text_check;

ALTER TABLE conversations
    VALIDATE CONSTRAINT conversations_title_check,
    VALIDATE CONSTRAINT conversations_language_code_check,
    VALIDATE CONSTRAINT conversations_pinned_at_check;

ALTER TABLE messages
    VALIDATE CONSTRAINT messages_language_code_check,
    VALIDATE CONSTRAINT messages_failure_code_check,
    VALIDATE CONSTRAINT messages_model_name_check;

ALTER TABLE daily_usage
    VALIDATE CONSTRAINT daily_usage_model_name_check;

COMMIT;
