"""What can be wrong with a recording, or with the engine that hears it."""

from copilot.kernel.errors import InvalidInputError, UnavailableError


class AudioUnreadableError(InvalidInputError):
    """The file is not audio that can be decoded."""

    code = "audio_unreadable"
    title = "The audio cannot be read"


class AudioEncryptedError(AudioUnreadableError):
    """The file, or the sound in it, is encrypted."""

    code = "audio_encrypted"
    title = "The audio is encrypted"


class AudioEmptyError(InvalidInputError):
    """The file holds no sound at all: no samples."""

    code = "audio_empty"
    title = "The audio is empty"


class AudioTooLongError(InvalidInputError):
    """The recording is longer than the limit set."""

    code = "audio_too_long"
    title = "The audio is too long"


class AudioChannelsError(InvalidInputError):
    """The recording has more channels than any phone call."""

    code = "audio_too_many_channels"
    title = "The audio has too many channels"


class SpeechLanguageError(InvalidInputError):
    """The speech engine does not know the language; the recording is kept."""

    code = "speech_language_unsupported"
    title = "The speech engine does not know this language"


class SpeechUnavailableError(UnavailableError):
    """The speech engine is not there or its model cannot be loaded."""

    code = "speech_unavailable"
    title = "The speech engine is not available"


class SpeechEngineError(UnavailableError):
    """The speech engine broke down in the middle of a recording; trying again may help."""

    code = "speech_engine_failed"
    title = "The speech engine failed"
