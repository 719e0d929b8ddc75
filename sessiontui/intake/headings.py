"""The column headings of meeting exports in the languages they are written in, as one small vocabulary.

Headings are compared folded (see `rows.fold`). Spellings beyond those seen in real exports follow the wording of
the same products' screens; an unknown heading makes its column ignored, never guessed.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from sessiontui.intake.rows import fold


class Column(StrEnum):
    """What a column of a meeting export holds."""

    NAME = "name"
    FIRST_NAME = "first name"
    LAST_NAME = "last name"
    EMAIL = "e-mail"
    EXTERNAL_ID = "outside id"
    JOIN = "join"
    LEAVE = "leave"
    DURATION = "duration"
    TOTAL = "total duration"
    GUEST = "guest"
    WAITING = "waiting room"
    ROLE = "role"
    ATTENDED = "attended"
    REGISTERED = "registration time"
    APPROVAL = "approval"
    MEETING_ID = "meeting id"
    TITLE = "title"
    START = "start"
    END = "end"
    HOST_NAME = "host name"
    HOST_EMAIL = "host e-mail"
    COUNT = "number of participants"
    CREATED = "created"


_ZOOM_PEOPLE: Final[dict[Column, tuple[str, ...]]] = {
    Column.NAME: (
        "Name (Original Name)", "User Name (Original Name)", "Participant Name", "Name",
        "Nom (nom original)", "Nom (nom d'origine)", "Nombre (nombre original)", "Nome (nome original)",
        "Nome (nome originale)", "Name (Originalname)", "Name (ursprünglicher Name)", "Naam (oorspronkelijke naam)",
        "Naam (originele naam)", "Nazwa (oryginalna nazwa)", "Imię i nazwisko (oryginalne imię i nazwisko)",
        "Имя (настоящее имя)", "Имя (исходное имя)", "이름(원래 이름)", "名前（元の名前）", "名前 (元の名前)",
        "名前(オリジナルの名前)", "名称（原始名称）", "姓名（原始姓名）", "姓名(原始姓名)", "用户名(原始名称)",
        "名稱（原始名稱）", "İsim (Orijinal İsim)", "Ad (Orijinal Ad)", "Nama (Nama Asli)", "Tên (Tên gốc)",
        "Namn (ursprungligt namn)", "NameOriginalName",
        "Nombre de usuario (nombre original)", "Nome de usuário (nome original)", "Nome utente (nome originale)",
        "Nom d'utilisateur (nom original)", "Nom d'utilisateur (nom d'origine)", "Benutzername (Originalname)",
        "Benutzername (ursprünglicher Name)",
    ),
    Column.EMAIL: (
        "User Email", "Email", "E-mail", "Email Address", "Participant Email", "User E-mail",
        "Adresse e-mail de l’utilisateur", "Adresse e-mail", "E-mail de l'utilisateur", "Courriel",
        "E-mail del usuario", "Correo electrónico", "Correo electrónico del usuario", "E-mail do usuário",
        "Email do usuário", "E-mail do utilizador", "E-mail utente", "Email utente", "Indirizzo e-mail",
        "E-mail dell'utente", "Email dell'utente",
        "Benutzer-E-Mail", "E-Mail-Adresse", "E-Mail", "E-mail gebruiker", "E-mailadres", "E-mail van gebruiker",
        "Adres e-mail użytkownika", "Adres e-mail", "E-mail użytkownika", "Эл. почта пользователя",
        "Электронная почта пользователя", "Электронная почта", "Адрес электронной почты", "사용자 이메일", "이메일",
        "ユーザーのメールアドレス", "ユーザーのメール", "メールアドレス", "メール", "用户邮箱", "用户电子邮件",
        "电子邮件", "邮箱", "用戶電子郵件", "使用者電子郵件", "電子郵件", "Kullanıcı E-postası", "E-posta",
        "Email Pengguna", "Email người dùng", "E-postadress", "User_Email_1", "User_Email_2",
    ),
    Column.JOIN: (
        "Join Time", "Joined", "Heure d’arrivée", "Heure de connexion", "Heure d'entrée", "Hora para unirse",
        "Hora de entrada", "Hora de ingreso", "Hora de unión", "Ingressar na hora", "Hora de ingresso",
        "Ora di ingresso", "Ora di entrata", "Ora di accesso", "Orario di ingresso", "Beitrittszeit",
        "Beitrittszeitpunkt", "Tijdstip deelname", "Deelnametijd", "Godzina dołączenia", "Czas dołączenia",
        "Время входа",
        "Время подключения", "참가 시간", "참여 시간", "入室時間", "参加時刻", "参加時間", "加入时间", "加入時間",
        "进入时间", "Katılma Zamanı", "Katılma Saati", "Waktu Bergabung", "Thời gian tham gia", "Anslutningstid",
        "Join_Time",
    ),
    Column.LEAVE: (
        "Leave Time", "Left", "Heure de départ", "Heure de sortie", "Heure de déconnexion", "Hora para salir",
        "Hora de salida", "Hora de saída", "Ora di uscita", "Orario di uscita", "Ora di abbandono",
        "Verlassenszeit", "Zeit des Verlassens", "Austrittszeit", "Uhrzeit des Verlassens", "Vertrektijd",
        "Tijdstip vertrek", "Godzina opuszczenia", "Czas opuszczenia", "Godzina wyjścia", "Время выхода",
        "Время отключения", "나간 시간", "퇴장 시간", "退室時間", "退出時刻", "退出時間", "离开时间", "退出时间",
        "離開時間", "Ayrılma Zamanı", "Ayrılma Saati", "Waktu Keluar", "Thời gian rời đi", "Tid för avslut",
        "Leave_Time",
    ),
    Column.DURATION: (
        "Duration (Minutes)", "Time in Session (minutes)", "Time in Meeting (minutes)", "Duration",
        "Durée (minutes)", "Duración (minutos)", "Duração (minutos)", "Durata (minuti)", "Dauer (Minuten)",
        "Duur (minuten)", "Czas trwania (minuty)", "Czas trwania (w minutach)", "Продолжительность (минуты)",
        "Длительность (в минутах)", "Продолжительность (в минутах)", "기간(분)", "時間（分）", "所要時間（分）",
        "期間（分）", "时长（分钟）", "持续时间（分钟）", "時長（分鐘）", "持續時間（分鐘）", "Süre (Dakika)",
        "Durasi (Menit)", "Thời lượng (phút)", "Varaktighet (minuter)", "Temps en session (minutes)",
        "Tiempo en la sesión (minutos)", "Tempo na sessão (minutos)", "Duration_Minutes_1", "Duration_Minutes_2",
    ),
    Column.TOTAL: (
        "Total Duration (Minutes)", "Total Duration", "Durée totale (minutes)", "Duración total (minutos)",
        "Duração total (minutos)", "Durata totale (minuti)", "Gesamtdauer (Minuten)", "Totale duur (minuten)",
        "Całkowity czas trwania (minuty)", "Общая продолжительность (минуты)", "총 기간(분)", "합계 기간(분)",
        "合計時間（分）", "総時間（分）", "总时长（分钟）", "總時長（分鐘）", "Toplam Süre (Dakika)",
    ),
    Column.GUEST: (
        "Guest", "Is Guest", "Es invitado", "É convidado", "Est un invité", "Ist Gast", "È ospite",
        "Invité", "Invitado", "Convidado", "Ospite", "Gast", "Gość", "Гость", "게스트",
        "ゲスト", "访客", "來賓", "Misafir",
    ),
    Column.WAITING: (
        "In Waiting Room", "Waiting Room", "Salle d’attente", "En salle d'attente", "Dans la salle d'attente",
        "En sala de espera", "Na sala de espera", "In sala d'attesa", "Im Warteraum", "In wachtkamer",
        "W poczekalni", "В зале ожидания", "대기실에 있음", "待機室", "待機室内", "在等候室", "在等候室中",
        "InWaitingRoom",
    ),
    Column.ATTENDED: ("Attended", "A assisté", "Asistió", "Compareceu", "Teilgenommen", "Ha partecipato"),
    Column.FIRST_NAME: ("First Name", "Prénom", "Nombre", "Nome", "Vorname"),
    Column.LAST_NAME: (
        "Last Name", "Nom", "Nom de famille", "Apellido", "Apellidos", "Sobrenome", "Cognome", "Nachname",
    ),
    Column.REGISTERED: (
        "Registration Time", "Heure d'inscription", "Hora de registro", "Hora de inscripción",
        "Hora de inscrição", "Registrierungszeit",
    ),
    Column.APPROVAL: (
        "Approval Status", "Statut d'approbation", "Estado de aprobación", "Status de aprovação",
        "Genehmigungsstatus",
    ),
}  # fmt: skip

_ZOOM_MEETING: Final[dict[Column, tuple[str, ...]]] = {
    Column.TITLE: (
        "Topic", "Webinar Topic", "Meeting Topic", "Sujet", "Thème", "Tema", "Tópico", "Argomento", "Thema",
        "Onderwerp", "Temat", "Тема", "주제", "회의 주제", "トピック", "主题", "主題", "Konu", "Ämne",
    ),
    Column.MEETING_ID: (
        "Meeting ID", "Webinar ID", "ID", "ID del seminario web", "ID do webinar", "ID webinar", "ID du webinaire",
        "Webinar-ID", "ID de réunion", "ID de la réunion", "N° de réunion",
        "ID de reunión", "ID de la reunión", "ID da reunião", "ID reunião", "ID riunione", "Meeting-ID",
        "Vergadering-ID", "Meeting ID (Vergadering-ID)", "ID spotkania", "Идентификатор конференции", "회의 ID",
        "ミーティングID", "会议号", "会议 ID", "會議 ID", "会議 ID", "Toplantı Kimliği",
        "MeetingID",
    ),
    Column.START: (
        "Start Time", "Actual Start Time", "Hora de inicio real", "Hora de início real", "Heure de début réelle",
        "Ora di inizio effettiva", "Tatsächliche Startzeit", "Heure de début", "Hora de inicio", "Hora de início",
        "Horário de início", "Ora di inizio", "Ora inizio", "Startzeit", "Starttijd", "Godzina rozpoczęcia",
        "Время начала", "시작 시간", "開始時間", "開始時刻", "开始时间", "Başlangıç Zamanı", "Starttid",
        "Scheduled Time", "Scheduled Start Time", "Start_Time",
    ),
    Column.END: (
        "End Time", "Actual End Time", "Heure de fin", "Hora de finalización", "Hora de fin", "Hora de término",
        "Horário de término", "Ora di fine", "Ora fine", "Endzeit", "Eindtijd", "Godzina zakończenia",
        "Время окончания", "Время завершения", "종료 시간", "終了時間", "終了時刻", "结束时间", "結束時間",
        "Bitiş Zamanı", "Sluttid", "End_Time",
    ),
    Column.DURATION: (
        *_ZOOM_PEOPLE[Column.DURATION], "Actual Duration (minutes)", "Duración real (minutos)",
        "Duração real (minutos)", "Durée réelle (minutes)", "Durata effettiva (minuti)",
        "Tatsächliche Dauer (Minuten)",
    ),
    Column.COUNT: (
        "Participants", "Participantes", "Partecipanti", "Teilnehmer", "Deelnemers", "Uczestnicy", "Участники",
        "참가자", "参加者", "参会者", "與會者", "Total Users", "Unique Viewers", "Katılımcılar", "Deltagare",
    ),
    Column.HOST_NAME: (
        "User Name", "Host", "Host Name", "Hôte", "Anfitrión", "Anfitrião", "Organizzatore", "Gastgeber",
        "호스트", "ホスト", "主持人", "Nom d'utilisateur", "Nombre de usuario", "Nome de usuário", "Benutzername",
        "Nome organizzatore", "Nombre del anfitrión", "Nome do anfitrião", "Nom de l'hôte", "Name des Hosts",
        "User_Name",
    ),
    Column.HOST_EMAIL: (
        *_ZOOM_PEOPLE[Column.EMAIL], "Host Email", "Host E-mail", "E-mail de l'hôte", "E-mail organizzatore",
        "Correo electrónico del organizador", "E-Mail des Hosts",
        "Correo electrónico del anfitrión", "E-mail do anfitrião",
    ),
    Column.CREATED: ("Creation Time", "Heure de création", "Hora de creación", "Hora de criação", "Creation_Time"),
}  # fmt: skip

_TEAMS_PEOPLE: Final[dict[Column, tuple[str, ...]]] = {
    Column.NAME: (
        "Name", "Full Name", "FullName", "Nom", "Nom complet", "Nombre", "Nombre completo", "Nome", "Nome completo",
        "Vollständiger Name", "Naam", "Volledige naam", "Imię i nazwisko", "Имя", "Полное имя", "이름", "氏名",
        "名前", "姓名", "全名", "Namn", "Navn", "Nimi",
    ),
    Column.JOIN: (
        "First Join", "First Join Time", "Join Time", "Premier accès", "Première connexion", "Heure d'arrivée",
        "Primera unión", "Primera entrada", "Hora de unión", "Hora en la que se unió", "Primeira entrada",
        "Primeiro ingresso", "Hora de entrada", "Erster Beitritt", "Beitrittszeit", "Beitrittszeitpunkt",
        "Primo accesso", "Ora di partecipazione",
        "Ora di ingresso", "Ora di accesso", "Horário de entrada", "Eerste deelname", "Tijd van deelname",
        "Pierwsze dołączenie", "Godzina dołączenia", "Первое присоединение", "Время присоединения", "첫 참가",
        "참가 시간", "最初の参加", "参加時刻", "首次加入", "加入时间", "加入時間",
    ),
    Column.LEAVE: (
        "Last Leave", "Last Leave Time", "Leave Time", "Dernier départ", "Dernière sortie", "Heure de départ",
        "Última salida", "Hora de salida", "Última saída", "Hora de saída", "Letzter Austritt",
        "Letztes Verlassen", "Verlassenszeit", "Zeitpunkt des Verlassens", "Ultima uscita", "Ora di uscita",
        "Ora di abbandono", "Horário de saída",
        "Laatste vertrek", "Tijd van vertrek", "Ostatnie opuszczenie", "Godzina opuszczenia", "Последний выход",
        "Время выхода", "마지막 퇴장", "나간 시간", "最後の退出", "退出時刻", "上次离开", "离开时间", "離開時間",
    ),
    Column.DURATION: (
        "In-Meeting Duration", "Duration", "Durée dans la réunion", "Durée de la réunion", "Durée",
        "Duración en la reunión", "Duración", "Duração na reunião", "Duração", "Dauer in der Besprechung",
        "Besprechungsdauer", "Dauer", "Durata della riunione", "Durata", "Duur in vergadering", "Duur",
        "Czas trwania spotkania", "Czas trwania", "Продолжительность", "모임 기간", "기간", "会議の長さ", "期間",
        "会议持续时间", "持续时间", "持續時間",
    ),
    Column.EMAIL: (
        "Email", "E-mail", "E-Mail", "Email Address", "Adresse e-mail", "Courrier électronique", "Correo electrónico",
        "Correo", "E-Mail-Adresse", "Posta elettronica", "Indirizzo e-mail", "E-mailadres", "Adres e-mail",
        "Электронная почта", "전자 메일", "이메일", "メール", "電子メール", "电子邮件", "電子郵件", "E-post",
    ),
    Column.EXTERNAL_ID: (
        "Participant ID (UPN)", "Participant ID", "ParticipantId", "ID de participant (UPN)",
        "ID du participant (UPN)", "Id. de participante (UPN)", "ID do participante (UPN)",
        "Teilnehmer-ID (UPN)", "ID partecipante (UPN)", "Deelnemer-ID (UPN)",
    ),
    Column.ROLE: (
        "Role", "Rôle", "Rol", "Rolle", "Função", "Ruolo", "Rola", "Роль", "역할", "役割", "ロール", "角色", "Roll",
        "Funktion",
    ),
}  # fmt: skip

_TEAMS_MEETING: Final[dict[Column, tuple[str, ...]]] = {
    Column.TITLE: (
        "Meeting title", "Titre de la réunion", "Título de la reunión", "Título da reunião", "Besprechungstitel",
        "Titel der Besprechung", "Titolo della riunione", "Titel van vergadering", "Webinar title", "Event title",
    ),
    Column.COUNT: (
        "Attended participants", "Total Number of Participants", "Gesamtzahl der Teilnehmer", "Attendees",
        "Teilgenommene Teilnehmer",
    ),
    Column.START: ("Start time", "Meeting Start Time", "Startzeit", "Heure de début", "Hora de inicio"),
    Column.END: ("End time", "Meeting End Time", "Endzeit", "Heure de fin", "Hora de finalización"),
    Column.MEETING_ID: ("Meeting Id", "Besprechungs-ID", "ID de réunion"),
}  # fmt: skip

_MEET_PEOPLE: Final[dict[Column, tuple[str, ...]]] = {
    Column.NAME: ("Name", "Full Name", "Participant", "Participant name"),
    Column.FIRST_NAME: ("First name", "Given name", "Nombre"),
    Column.LAST_NAME: ("Last name", "Surname", "Family name", "Apellido", "Apellidos"),
    Column.EMAIL: ("Email", "E-mail", "Email address", "Correo electrónico"),
    Column.JOIN: (
        "Joined at", "Joined at (beta)", "Time joined", "First Seen", "First seen at", "Join time", "Joined",
        "Hora a la que se unió",
    ),
    Column.LEAVE: (
        "Left at", "Time exited", "Time left", "Last seen", "Last seen at", "Leave time", "Exited at",
        "Attendance stopped at", "Hora a la que salió", "Hora a la que abandonó la reunión",
    ),
    Column.DURATION: ("Time in call", "Duration", "Time in meeting", "Attended duration", "Duración"),
    Column.MEETING_ID: ("Meeting code",),
    Column.START: ("Class date",),
    Column.ATTENDED: ("Status",),
}  # fmt: skip


def _folded(words: dict[Column, tuple[str, ...]]) -> dict[str, Column]:
    return {fold(spelling): column for column, spellings in words.items() for spelling in spellings}


ZOOM_PEOPLE: Final = _folded(_ZOOM_PEOPLE)
ZOOM_MEETING: Final = _folded(_ZOOM_MEETING)
TEAMS_PEOPLE: Final = _folded(_TEAMS_PEOPLE)
TEAMS_MEETING: Final = _folded(_TEAMS_MEETING)
MEET_PEOPLE: Final = _folded(_MEET_PEOPLE)


def columns_of(cells: tuple[str, ...], vocabulary: dict[str, Column]) -> dict[Column, int]:
    """Return where each known column stands; of two with the same meaning the first counts."""
    found: dict[Column, int] = {}
    for index, cell in enumerate(cells):
        column = vocabulary.get(fold(cell))
        if column is not None:
            found.setdefault(column, index)
    return found
