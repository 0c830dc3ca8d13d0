"""Keeps one window on the screen; another language makes it anew, so that every word of it changes at once."""

import logging

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, Qt, QTimer, QTranslator, Signal
from PySide6.QtWidgets import QApplication

from atlas_desktop.app.language import Language, LanguageChoice, language_of, speak_language
from atlas_desktop.app.session import Session
from atlas_desktop.app.settings import Settings
from atlas_desktop.ui.theme import Theme
from atlas_desktop.ui.window import Window

_log = logging.getLogger(__name__)


class Stage(QObject):
    """``closing`` asks whoever runs it to end, as the window does."""

    closing = Signal()

    def __init__(self, app: QApplication, theme: Theme, session: Session) -> None:
        super().__init__()
        self._app = app
        self._theme = theme
        self._session = session
        self._interpreter = Interpreter(app)
        self._interpreter.speak(session.settings.current.language)
        self.window = self._raised()
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(0)
        self._again.timeout.connect(self._exchange)
        self._stop = session.settings.changed.connect(self._settings_changed)
        self.asked_to_close = False
        """Whether somebody has asked already, and was told what would be lost."""

    def close(self) -> None:
        """The session closes: the window listens no more, and goes."""
        self._stop()
        self._again.stop()
        self.window.detach()
        self.window.hide()

    def _raised(self) -> Window:
        window = Window(self._theme, self._session)
        window.closing.connect(self.closing)
        return window

    def _settings_changed(self, settings: Settings) -> None:
        if self._interpreter.would_speak(settings.language) != self._interpreter.language:
            # Not now: whoever changed it is a button of the window that goes.
            self._again.start()

    def _exchange(self) -> None:
        self._interpreter.speak(self._session.settings.current.language)
        old = self.window
        remembered, screen = old.remembered(), old.screen_name
        old.closing.disconnect(self.closing)
        old.detach()
        self.window = self._raised()
        self.window.restore(remembered)
        self.window.show()
        self.window.show(screen)
        self.window.activateWindow()
        old.hide()
        old.deleteLater()


class Interpreter:
    """Makes the app, and Qt's own menus in it, speak a language and run in its direction."""

    def __init__(self, app: QApplication) -> None:
        self._app = app
        self._qt: QTranslator | None = None
        self.language: Language = "en"

    def would_speak(self, choice: LanguageChoice) -> Language:
        """The language a choice stands for on this computer."""
        return language_of(choice, QLocale.system().uiLanguages())

    def speak(self, choice: LanguageChoice) -> None:
        """From now on; what is on the screen already stays as it is."""
        self.language = self.would_speak(choice)
        tongue = speak_language(self.language)
        if self._qt is not None:
            self._app.removeTranslator(self._qt)
            self._qt = None
        if self.language != "en":
            translator = QTranslator(self._app)
            folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
            if translator.load(f"qtbase_{self.language}", folder):
                self._app.installTranslator(translator)
                self._qt = translator
            else:
                _log.warning("Qt has no words for %s in %s", self.language, folder)
        direction = Qt.LayoutDirection.RightToLeft if tongue.right_to_left else Qt.LayoutDirection.LeftToRight
        self._app.setLayoutDirection(direction)
