"""What the stand-in's account has: keys, a signature, templates with their parameters."""

from __future__ import annotations

KEY_ID = "standin-key-id"
KEY_SECRET = "standin-key-secret"  # noqa: S105 - of an account that does not exist
SIGN = "接缝制造"
APP, VOICE_APP = "1400000001", "1600000001"

# Aliyun names parameters, Tencent numbers them.
SMS_TEMPLATES = {
    "SMS_480001": ("code", "due"),
    "SMS_480002": ("code", "link"),
    "1480001": ("1", "2"),
    "1480002": ("1", "2"),
}
VOICE_TEMPLATES = {"TTS_270001": ("code", "due"), "2270001": ("1", "2")}
