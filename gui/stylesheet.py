"""The application's one stylesheet: shapes here, every colour and size from the theme's tokens."""

from __future__ import annotations

from collections.abc import Mapping
from string import Template

_LABELS = """
QLabel { background: transparent; }
QLabel[role="title"] { font-size: $font_title; font-weight: 600; color: $text; }
QLabel[role="section"] { font-size: $font_large; font-weight: 600; color: $text; }
QLabel[role="figure"] { font-size: $font_figure; font-weight: 600; color: $text; }
QLabel[role="strong"] { font-weight: 600; color: $text; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="caption"] { font-size: $font_small; color: $muted; }
QLabel[role="good"] { color: $good; }
QLabel[role="careful"] { color: $careful; }
QLabel[role="bad"] { color: $bad; }
QLabel:disabled { color: $faint; }
"""

_SURFACES = """
QToolTip { background: $raised; color: $text; border: 1px solid $line_strong; padding: 6px 8px; }
QDialog, QMainWindow { background: $window; }
QFrame[surface="card"] { background: $surface; border: 1px solid $line;
    border-radius: $radius_m; }
QFrame[surface="raised"] { background: $raised; border: 1px solid $line_strong;
    border-radius: $radius_m; }
QFrame[surface="plain"] { background: $surface; border: none; }
QFrame[surface="info"] { background: $accent_soft; border: 1px solid $accent;
    border-radius: $radius_s; }
QFrame[surface="careful"] { background: $careful_soft; border: 1px solid $careful;
    border-radius: $radius_s; }
QFrame[surface="bad"] { background: $bad_soft; border: 1px solid $bad;
    border-radius: $radius_s; }
QFrame[separator="true"] { background: $line; border: none; max-height: 1px; min-height: 1px; }
QScrollArea, QScrollArea > QWidget > QWidget#scrolled { background: transparent; border: none; }
QStatusBar { background: $window; color: $muted; border-top: 1px solid $line;
    font-size: $font_small; }
QStatusBar::item { border: none; }
QDockWidget { color: $text; }
QDockWidget::title { background: $window; padding: $space_s; }
QGroupBox { border: 1px solid $line; border-radius: $radius_m; margin-top: 20px;
    padding: $space_m; background: $surface; }
QGroupBox::title { subcontrol-origin: margin; left: 2px; color: $text; }
"""

_BUTTONS = """
QPushButton, QToolButton { background: $surface; color: $text; border: 1px solid $line_strong;
    border-radius: $radius_s; padding: 6px 14px; min-height: 18px; }
QPushButton:hover, QToolButton:hover { background: $hover; }
QPushButton:pressed, QToolButton:pressed { background: $pressed; }
QPushButton:checked, QToolButton:checked { background: $accent_soft; border-color: $accent;
    color: $text; }
QPushButton:focus, QToolButton:focus { border: $ring solid $focus; padding: 5px 13px;
    outline: none; }
QPushButton:disabled, QToolButton:disabled { color: $faint; border-color: $line;
    background: $window; }
QPushButton[kind="primary"] { background: $accent; color: $accent_text;
    border: 1px solid $accent; font-weight: 600; }
QPushButton[kind="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[kind="primary"]:pressed { background: $accent; }
QPushButton[kind="primary"]:focus { border: $ring solid $text; padding: 5px 13px; }
QPushButton[kind="primary"]:disabled { background: $track; color: $faint; border-color: $track; }
QPushButton[kind="quiet"], QToolButton[kind="quiet"] { background: transparent;
    border: 1px solid transparent; padding: 6px 10px; color: $text; }
QPushButton[kind="quiet"]:hover, QToolButton[kind="quiet"]:hover { background: $hover; }
QPushButton[kind="quiet"]:pressed, QToolButton[kind="quiet"]:pressed { background: $pressed; }
QPushButton[kind="quiet"]:checked, QToolButton[kind="quiet"]:checked {
    background: $accent_soft; color: $accent; }
QPushButton[kind="quiet"]:focus, QToolButton[kind="quiet"]:focus { border: $ring solid $focus;
    padding: 5px 9px; }
QPushButton[kind="quiet"]:disabled, QToolButton[kind="quiet"]:disabled { color: $faint; }
QToolButton[shape="square"] { padding: 4px; }
QToolButton[shape="square"]:focus { padding: 3px; }
QLineEdit QToolButton, QLineEdit QToolButton:focus { border: none; background: transparent;
    padding: 0px; min-height: 0px; }
QPushButton[shape="fold"] { text-align: left; padding: 4px 6px; font-weight: 600; }
QPushButton[shape="fold"]:focus { padding: 3px 5px; }
QPushButton[shape="fold"]:checked { background: transparent; color: $text; }
QPushButton::menu-indicator, QToolButton::menu-indicator { image: url("$img_down");
    width: 12px; height: 12px; subcontrol-position: right center; right: 6px; }
"""

_INPUTS = """
QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QAbstractSpinBox {
    background: $surface; color: $text; border: 1px solid $line_strong;
    border-radius: $radius_s; padding: 5px 8px; selection-background-color: $accent;
    selection-color: $accent_text; }
QLineEdit, QComboBox, QAbstractSpinBox { min-height: 20px; }
QLineEdit:hover, QComboBox:hover, QAbstractSpinBox:hover { border-color: $faint; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus, QAbstractSpinBox:focus {
    border: $ring solid $focus; padding: 4px 7px; }
QLineEdit:disabled, QPlainTextEdit:disabled, QTextEdit:disabled, QComboBox:disabled,
QAbstractSpinBox:disabled { color: $faint; background: $window; border-color: $line; }
QLineEdit:read-only { background: $window; }
QLineEdit[invalid="true"], QComboBox[invalid="true"], QAbstractSpinBox[invalid="true"] {
    border: $ring solid $bad; padding: 4px 7px; }
QTextEdit[reading="true"] { border: $ring solid transparent; border-radius: $radius_m; padding: 0px;
    background: $surface; }
QTextEdit[reading="true"]:focus { border-color: $focus; padding: 0px; }
QAbstractSpinBox QLineEdit { border: none; background: transparent; padding: 0px 0px 0px 6px;
    min-height: 0px; }
QAbstractSpinBox QLineEdit:focus { border: none; padding: 0px 0px 0px 6px; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow { image: url("$img_down"); width: 14px; height: 14px; }
QComboBox::down-arrow:disabled { image: url("$img_down_off"); }
QComboBox QAbstractItemView { background: $raised; color: $text; border: 1px solid $line_strong;
    selection-background-color: $accent_soft; selection-color: $text; outline: none;
    padding: 4px; }
QComboBox QAbstractItemView::item { min-height: 28px; padding: 0px 6px; border-radius: 4px; }
QComboBox QAbstractItemView::item:selected { background: $accent_soft; color: $text; }
QAbstractSpinBox { min-height: 24px; padding: 3px 22px 3px 2px; }
QAbstractSpinBox:focus, QAbstractSpinBox[invalid="true"] { padding: 2px 21px 2px 1px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: none; width: 20px;
    background: transparent; border-radius: 4px; }
QAbstractSpinBox::up-button { subcontrol-position: top right; margin: 2px 2px 0px 0px; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; margin: 0px 2px 2px 0px; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: $hover; }
QAbstractSpinBox::up-arrow { image: url("$img_up"); width: 10px; height: 10px; }
QAbstractSpinBox::down-arrow { image: url("$img_down"); width: 10px; height: 10px; }
QCheckBox, QRadioButton { spacing: 8px; padding: 3px; border: $ring solid transparent;
    border-radius: $radius_s; color: $text; background: transparent; }
QCheckBox:focus, QRadioButton:focus { border-color: $focus; outline: none; }
QCheckBox:disabled, QRadioButton:disabled { color: $faint; }
QCheckBox::indicator, QRadioButton::indicator, QAbstractItemView::indicator { width: 14px;
    height: 14px; border: 1px solid $control; border-radius: 4px; background: $surface; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked { background: $accent;
    border-color: $accent; image: url("$img_check"); }
QCheckBox::indicator:indeterminate { background: $accent; border-color: $accent;
    image: url("$img_minus"); }
QRadioButton::indicator:checked { border: 5px solid $accent; width: 6px; height: 6px;
    background: $accent_text; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: $line_strong;
    background: $window; }
QCheckBox::indicator:checked:disabled { background: $line_strong; }
QSlider { min-height: 20px; }
QSlider::groove:horizontal { height: 4px; background: $track; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider::handle:horizontal { width: 14px; height: 14px; margin: -6px 0px; border-radius: 8px;
    background: $surface; border: 1px solid $control; }
QSlider::handle:horizontal:focus { border: $ring solid $focus; width: 12px; height: 12px; }
QProgressBar { background: $track; border: none; border-radius: 3px; max-height: $bar;
    min-height: $bar; color: transparent; text-align: center; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QProgressBar[state="paused"]::chunk { background: $careful; }
QProgressBar[state="failed"]::chunk { background: $bad; }
"""

_VIEWS = """
QAbstractItemView { background: $surface; color: $text; border: 1px solid $line;
    border-radius: $radius_s; outline: none; alternate-background-color: $window;
    selection-background-color: $accent_soft; selection-color: $text; gridline-color: $line; }
QAbstractItemView:focus { border: 1px solid $focus; }
QAbstractItemView::item:hover { background: $hover; }
QAbstractItemView::item:selected { background: $accent_soft; color: $text; }
QAbstractItemView::item:focus { border: 1px solid $focus; }
QTableView::item { padding: 0px 5px; border: none; border-bottom: 1px solid $line; }
QTableView::item:focus { border: 1px solid $focus; }
QListView::item, QTreeView::item { min-height: 28px; padding: 2px 8px; }
QHeaderView { background: $surface; border: none; }
QHeaderView::section { background: $surface; color: $muted; border: none;
    border-bottom: 1px solid $line_strong; padding: 6px 8px; font-size: $font_small;
    font-weight: 600; text-align: left; }
QHeaderView::section:hover { color: $text; background: $hover; }
QHeaderView::section:vertical { border-bottom: 1px solid $line; }
QHeaderView::up-arrow { image: url("$img_up"); width: 12px; height: 12px;
    subcontrol-position: right center; }
QHeaderView::down-arrow { image: url("$img_down"); width: 12px; height: 12px;
    subcontrol-position: right center; }
QTableCornerButton::section { background: $surface; border: none; }
QTreeView::branch { background: $surface; }
QTreeView::branch:has-children:closed { image: url("$img_right"); }
QTreeView::branch:has-children:open { image: url("$img_down"); }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0px; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0px; }
QScrollBar::handle { background: $line_strong; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0px; height: 0px; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; }
QSplitter::handle { background: $line; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QSplitter::handle:hover { background: $accent; }
"""

_MENUS = """
QMenuBar { background: $window; color: $text; border: none; }
QMenuBar::item { padding: 5px 10px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: $pressed; }
QMenu { background: $raised; color: $text; border: 1px solid $line_strong; padding: 6px;
    border-radius: $radius_s; }
QMenu::item { padding: 6px 28px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: $accent_soft; color: $text; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $line; margin: 6px 4px; }
QMenu::indicator { width: 14px; height: 14px; left: 6px; }
QMenu::indicator:checked { image: url("$img_check_menu"); }
QMenu::right-arrow { image: url("$img_right"); width: 12px; height: 12px; }
QMenu::icon { padding-left: 8px; }
QTabWidget::pane { border: none; border-top: 1px solid $line; }
QTabBar { background: transparent; }
QTabBar::tab { background: transparent; color: $muted; padding: 8px 12px; border: none;
    border-bottom: $ring solid transparent; }
QTabBar[narrow="true"]::tab { padding: 8px 7px; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; font-weight: 600; border-bottom: $ring solid $accent; }
QTabBar::tab:focus { background: $accent_soft; border: $ring solid $focus;
    border-radius: $radius_s; padding: 6px 10px 8px 10px; }
QTabBar[narrow="true"]::tab:focus { padding: 6px 5px 8px 5px; }
QTabBar::close-button { image: url("$img_close"); }
QMessageBox { background: $window; }
"""

_SHEET = Template(_LABELS + _SURFACES + _BUTTONS + _INPUTS + _VIEWS + _MENUS)


def build(tokens: Mapping[str, str]) -> str:
    """The stylesheet with `tokens` put in. A token that is missing is a KeyError."""
    return _SHEET.substitute(tokens)
