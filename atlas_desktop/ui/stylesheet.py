"""The few rules Fusion and a palette cannot express. Every colour and size comes from the tokens."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from atlas_desktop.ui.theme import Fonts, Tokens


def stylesheet(t: "Tokens", fonts: "Fonts") -> str:
    """Qt style sheet of a theme. Hairlines, not boxes; the accent only where a hand should go."""
    # In black and white what cannot be pressed has no other colour to tell it.
    off = "dashed" if t.name == "contrast" else "solid"
    controls = _CONTROLS.format(t=t, off=off, **_sizes(fonts))
    return _TEXT.format(t=t, **_sizes(fonts)) + controls + _CHROME.format(t=t)


def _sizes(fonts: "Fonts") -> dict[str, str]:
    return {
        name: f"{font.pointSizeF():.2f}pt" if font.pointSizeF() > 0 else f"{font.pixelSize()}px"
        for name, font in (("title", fonts.title), ("caption", fonts.caption))
    }


_TEXT = """
QLabel {{ background: transparent; }}
QLabel[role="title"] {{ font-size: {title}; font-weight: 600; }}
QLabel[role="strong"] {{ font-weight: 600; }}
QLabel[role="caption"] {{ font-size: {caption}; }}
QLabel[tone="muted"] {{ color: {t.muted}; }}
QLabel[tone="accent"] {{ color: {t.accent}; }}
QLabel[tone="good"] {{ color: {t.good}; }}
QLabel[tone="bad"] {{ color: {t.bad}; }}
QLabel[tone="warn"] {{ color: {t.warn}; }}
QToolTip {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.strong_line}; padding: 4px; }}
"""

_CONTROLS = """
QPushButton {{ background: {t.surface}; color: {t.text}; border: 1px solid {t.strong_line};
    border-radius: 6px; padding: 3px 12px; min-height: 20px; }}
QPushButton:hover {{ background: {t.raised}; }}
QPushButton:pressed {{ background: {t.selection}; }}
QPushButton:focus {{ border: 2px solid {t.focus}; padding: 2px 11px; }}
QPushButton:disabled {{ color: {t.muted}; border-color: {t.line}; border-style: {off}; }}
QPushButton[kind="primary"] {{ background: {t.accent}; color: {t.on_accent}; border-color: {t.accent};
    font-weight: 600; }}
QPushButton[kind="primary"]:focus {{ border: 2px solid {t.text}; }}
QPushButton[kind="primary"]:disabled {{ background: {t.raised}; color: {t.muted}; border-color: {t.line}; border-style: {off}; }}
QPushButton[kind="quiet"] {{ background: transparent; border-color: transparent; color: {t.accent};
    padding: 3px 6px; }}
QPushButton[kind="quiet"]:hover {{ background: {t.raised}; }}
QPushButton[kind="quiet"]:focus {{ border: 2px solid {t.focus}; padding: 2px 5px; }}
QPushButton[kind="segment"] {{ border-color: transparent; color: {t.muted}; }}
QPushButton[kind="segment"]:hover {{ background: {t.raised}; }}
QPushButton[kind="segment"]:checked {{ background: {t.selection}; color: {t.text};
    border-color: {t.strong_line}; }}
QPushButton[kind="segment"]:focus {{ border: 2px solid {t.focus}; }}
QLineEdit {{ background: {t.surface}; color: {t.text}; border: 1px solid {t.line};
    border-radius: 6px; padding: 2px 8px; min-height: 20px; placeholder-text-color: {t.muted};
    selection-background-color: {t.accent};
    selection-color: {t.on_accent}; }}
QLineEdit:hover {{ border-color: {t.strong_line}; }}
QLineEdit:focus {{ border: 2px solid {t.focus}; padding: 1px 7px; }}
QLineEdit[kind="bare"], QLineEdit[kind="bare"]:focus {{ border: none; padding: 6px 10px; font-size: {title}; }}
QToolButton[kind="facet"] {{ background: transparent; border: 1px solid transparent; border-radius: 6px;
    padding: 3px 8px; color: {t.muted}; }}
QToolButton[kind="facet"]:hover {{ background: {t.raised}; color: {t.text}; }}
QToolButton[kind="facet"]:focus {{ border: 2px solid {t.focus}; padding: 2px 7px; }}
QToolButton[kind="facet"][used="true"], QToolButton[kind="facet"]:checked {{ background: {t.selection}; color: {t.text}; }}
QToolButton[kind="tag"] {{ background: {t.raised}; border: 1px solid {t.line}; border-radius: 6px;
    padding: 1px 6px; color: {t.text}; }}
QToolButton[kind="tag"]:hover {{ border-color: {t.strong_line}; }}
QToolButton[kind="tag"]:focus {{ border: 2px solid {t.focus}; padding: 0 5px; }}
QPlainTextEdit[kind="field"] {{ border: 1px solid {t.line}; border-radius: 6px; }}
QPlainTextEdit[kind="field"]:focus {{ border: 2px solid {t.focus}; }}
QPlainTextEdit {{ background: {t.surface}; color: {t.text}; border: none; placeholder-text-color: {t.muted};
    selection-background-color: {t.selection}; selection-color: {t.text}; }}
QListView, QTableView {{ background: {t.surface}; border: none; outline: none; }}
QScrollArea {{ background: transparent; border: none; }}
QProgressBar {{ background: {t.line}; border: none; border-radius: 2px; max-height: 4px; min-height: 4px; }}
QProgressBar::chunk {{ background: {t.accent}; border-radius: 2px; }}
"""

_CHROME = """
QMainWindow::separator {{ width: 0; height: 0; }}
QSplitter::handle {{ background: {t.line}; }}
QSplitter::handle:hover {{ background: {t.accent}; }}
QFrame[kind="hairline"] {{ background: {t.line}; border: none; }}
QWidget[kind="surface"] {{ background: {t.surface}; }}
QWidget[kind="strip"] {{ background: {t.raised}; }}
QWidget[kind="chosen"] {{ background: {t.selection}; }}
QWidget[kind="ringed"] {{ background: {t.selection}; border: 1px solid {t.focus}; }}
QMenuBar {{ background: {t.window}; color: {t.text}; padding: 2px 4px; }}
QMenuBar::item {{ padding: 4px 8px; border-radius: 6px; background: transparent; }}
QMenuBar::item:selected {{ background: {t.selection}; }}
QMenu {{ background: {t.surface}; color: {t.text}; border: 1px solid {t.strong_line}; padding: 4px; }}
QMenu::item {{ padding: 4px 24px 4px 12px; border-radius: 4px; }}
QMenu::item:selected {{ background: {t.selection}; color: {t.text}; }}
QMenu::item:disabled {{ color: {t.muted}; }}
QMenu::separator {{ height: 1px; background: {t.line}; margin: 4px 8px; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle {{ background: {t.strong_line}; border-radius: 3px; margin: 2px; }}
QScrollBar::handle:hover {{ background: {t.muted}; }}
QScrollBar::handle:vertical {{ min-height: 32px; }}
QScrollBar::handle:horizontal {{ min-width: 32px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""
