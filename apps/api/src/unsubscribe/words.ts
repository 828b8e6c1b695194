/** What the unsubscribe page says, in one language, as plain text. */
export interface Words {
  readonly title: string;
  /** Asks whether to leave, before anything has happened. */
  readonly ask: (sender: string) => string;
  readonly address: (masked: string) => string;
  readonly choose: string;
  readonly everything: (sender: string) => string;
  readonly series: string;
  readonly leave: string;
  readonly left: string;
  readonly leftEverything: (sender: string) => string;
  readonly leftSeries: string;
  /** Before the button that leaves everything, where a series has been left. */
  readonly more: (sender: string) => string;
  readonly leaveEverything: string;
  readonly mistake: string;
  readonly comeBack: string;
  readonly back: string;
  readonly backDetail: (sender: string) => string;
  readonly backRefused: (sender: string) => string;
  readonly broken: string;
  readonly brokenDetail: string;
  readonly unknown: string;
  readonly unknownDetail: string;
  readonly trouble: string;
  readonly troubleDetail: string;
}

const en: Words = {
  title: 'Unsubscribe',
  ask: (sender) => `Stop e-mails from ${sender}?`,
  address: (masked) => `Your address: ${masked}`,
  choose: 'What would you like to stop?',
  everything: (sender) => `All e-mails from ${sender}`,
  series: 'Only this series of e-mails',
  leave: 'Unsubscribe',
  left: 'You are unsubscribed',
  leftEverything: (sender) => `${sender} will send you no more e-mails.`,
  leftSeries: 'You will get no more e-mails of this series.',
  more: (sender) => `Other e-mails from ${sender} may still reach you.`,
  leaveEverything: 'Stop all e-mails',
  mistake: 'Was that a mistake?',
  comeBack: 'Subscribe again',
  back: 'You are subscribed again',
  backDetail: (sender) => `${sender} may send you e-mails again.`,
  backRefused: (sender) =>
    `E-mails from ${sender} have been stopped in another way too, so you will still get none.`,
  broken: 'This link does not work',
  brokenDetail:
    'It is incomplete, or it has been changed. Nothing has been changed here. Please use the link in the e-mail itself, or answer the e-mail and ask to be taken off the list.',
  unknown: 'We do not know this address any more',
  unknownDetail:
    'The link is genuine, but nothing is kept about you here under it, so there was nothing to stop. If you still get e-mails, please use the link in the latest one.',
  trouble: 'Please try again in a few minutes',
  troubleDetail: 'Your request could not be saved. Nothing has been changed.',
};

const de: Words = {
  title: 'Abmelden',
  ask: (sender) => `Keine E-Mails mehr von ${sender}?`,
  address: (masked) => `Ihre Adresse: ${masked}`,
  choose: 'Was möchten Sie abbestellen?',
  everything: (sender) => `Alle E-Mails von ${sender}`,
  series: 'Nur diese Reihe von E-Mails',
  leave: 'Abmelden',
  left: 'Sie sind abgemeldet',
  leftEverything: (sender) => `${sender} schickt Ihnen keine E-Mails mehr.`,
  leftSeries: 'Sie bekommen keine weiteren E-Mails dieser Reihe.',
  more: (sender) => `Andere E-Mails von ${sender} können Sie weiterhin erreichen.`,
  leaveEverything: 'Alle E-Mails abbestellen',
  mistake: 'War das ein Versehen?',
  comeBack: 'Wieder anmelden',
  back: 'Sie sind wieder angemeldet',
  backDetail: (sender) => `${sender} darf Ihnen wieder E-Mails schicken.`,
  backRefused: (sender) =>
    `Die E-Mails von ${sender} sind auch auf anderem Weg abbestellt worden, daher bekommen Sie weiterhin keine.`,
  broken: 'Dieser Link funktioniert nicht',
  brokenDetail:
    'Er ist unvollständig oder wurde verändert. Hier hat sich nichts geändert. Bitte nutzen Sie den Link in der E-Mail selbst, oder antworten Sie auf die E-Mail und bitten Sie um Austragung.',
  unknown: 'Wir kennen diese Adresse nicht mehr',
  unknownDetail:
    'Der Link ist echt, aber unter ihm ist hier nichts über Sie gespeichert, es gab also nichts abzubestellen. Wenn Sie weiterhin E-Mails bekommen, nutzen Sie bitte den Link in der neuesten.',
  trouble: 'Bitte versuchen Sie es in ein paar Minuten noch einmal',
  troubleDetail: 'Ihr Wunsch konnte nicht gespeichert werden. Es hat sich nichts geändert.',
};

const fr: Words = {
  title: 'Se désabonner',
  ask: (sender) => `Ne plus recevoir d’e-mails de ${sender} ?`,
  address: (masked) => `Votre adresse : ${masked}`,
  choose: 'Que souhaitez-vous arrêter ?',
  everything: (sender) => `Tous les e-mails de ${sender}`,
  series: 'Seulement cette série d’e-mails',
  leave: 'Se désabonner',
  left: 'Vous êtes désabonné(e)',
  leftEverything: (sender) => `${sender} ne vous enverra plus d’e-mails.`,
  leftSeries: 'Vous ne recevrez plus d’e-mails de cette série.',
  more: (sender) => `D’autres e-mails de ${sender} peuvent encore vous parvenir.`,
  leaveEverything: 'Arrêter tous les e-mails',
  mistake: 'C’était une erreur ?',
  comeBack: 'Se réabonner',
  back: 'Vous êtes de nouveau abonné(e)',
  backDetail: (sender) => `${sender} peut de nouveau vous envoyer des e-mails.`,
  backRefused: (sender) =>
    `Les e-mails de ${sender} ont aussi été arrêtés d’une autre manière : vous n’en recevrez toujours pas.`,
  broken: 'Ce lien ne fonctionne pas',
  brokenDetail:
    'Il est incomplet ou a été modifié. Rien n’a été changé ici. Veuillez utiliser le lien dans l’e-mail lui-même, ou répondre à l’e-mail en demandant à être retiré de la liste.',
  unknown: 'Nous ne connaissons plus cette adresse',
  unknownDetail:
    'Le lien est authentique, mais rien n’est conservé ici à votre sujet : il n’y avait donc rien à arrêter. Si vous recevez encore des e-mails, veuillez utiliser le lien du plus récent.',
  trouble: 'Veuillez réessayer dans quelques minutes',
  troubleDetail: 'Votre demande n’a pas pu être enregistrée. Rien n’a été changé.',
};

const es: Words = {
  title: 'Darse de baja',
  ask: (sender) => `¿Dejar de recibir correos de ${sender}?`,
  address: (masked) => `Su dirección: ${masked}`,
  choose: '¿Qué desea dejar de recibir?',
  everything: (sender) => `Todos los correos de ${sender}`,
  series: 'Solo esta serie de correos',
  leave: 'Darse de baja',
  left: 'Se ha dado de baja',
  leftEverything: (sender) => `${sender} no le enviará más correos.`,
  leftSeries: 'No recibirá más correos de esta serie.',
  more: (sender) => `Otros correos de ${sender} aún pueden llegarle.`,
  leaveEverything: 'Dejar de recibir todos',
  mistake: '¿Ha sido un error?',
  comeBack: 'Volver a suscribirse',
  back: 'Se ha suscrito de nuevo',
  backDetail: (sender) => `${sender} puede volver a enviarle correos.`,
  backRefused: (sender) =>
    `Los correos de ${sender} también se han detenido por otra vía, así que seguirá sin recibirlos.`,
  broken: 'Este enlace no funciona',
  brokenDetail:
    'Está incompleto o ha sido modificado. Aquí no se ha cambiado nada. Use el enlace del propio correo, o respóndalo y pida que le quiten de la lista.',
  unknown: 'Ya no conocemos esta dirección',
  unknownDetail:
    'El enlace es auténtico, pero aquí no se guarda nada sobre usted, así que no había nada que detener. Si sigue recibiendo correos, use el enlace del más reciente.',
  trouble: 'Inténtelo de nuevo en unos minutos',
  troubleDetail: 'No se ha podido guardar su solicitud. No se ha cambiado nada.',
};

const it: Words = {
  title: 'Annulla iscrizione',
  ask: (sender) => `Non ricevere più e-mail da ${sender}?`,
  address: (masked) => `Il suo indirizzo: ${masked}`,
  choose: 'Che cosa desidera interrompere?',
  everything: (sender) => `Tutte le e-mail di ${sender}`,
  series: 'Solo questa serie di e-mail',
  leave: 'Annulla iscrizione',
  left: 'La sua iscrizione è annullata',
  leftEverything: (sender) => `${sender} non le invierà più e-mail.`,
  leftSeries: 'Non riceverà più e-mail di questa serie.',
  more: (sender) => `Altre e-mail di ${sender} potranno ancora arrivarle.`,
  leaveEverything: 'Interrompi tutte le e-mail',
  mistake: 'È stato un errore?',
  comeBack: 'Iscriviti di nuovo',
  back: 'È di nuovo iscritto/a',
  backDetail: (sender) => `${sender} può di nuovo inviarle e-mail.`,
  backRefused: (sender) =>
    `Le e-mail di ${sender} sono state interrotte anche in un altro modo, quindi continuerà a non riceverne.`,
  broken: 'Questo link non funziona',
  brokenDetail:
    'È incompleto o è stato modificato. Qui non è cambiato nulla. Usi il link nell’e-mail stessa, oppure risponda all’e-mail e chieda di essere rimosso/a dalla lista.',
  unknown: 'Non conosciamo più questo indirizzo',
  unknownDetail:
    'Il link è autentico, ma qui non è conservato nulla che la riguardi, quindi non c’era nulla da interrompere. Se riceve ancora e-mail, usi il link della più recente.',
  trouble: 'Riprovi tra qualche minuto',
  troubleDetail: 'La sua richiesta non è stata salvata. Non è cambiato nulla.',
};

const pt: Words = {
  title: 'Cancelar a subscrição',
  ask: (sender) => `Deixar de receber e-mails de ${sender}?`,
  address: (masked) => `O seu endereço: ${masked}`,
  choose: 'O que deseja deixar de receber?',
  everything: (sender) => `Todos os e-mails de ${sender}`,
  series: 'Apenas esta série de e-mails',
  leave: 'Cancelar a subscrição',
  left: 'A sua subscrição foi cancelada',
  leftEverything: (sender) => `${sender} não lhe enviará mais e-mails.`,
  leftSeries: 'Não receberá mais e-mails desta série.',
  more: (sender) => `Outros e-mails de ${sender} ainda podem chegar até si.`,
  leaveEverything: 'Deixar de receber todos',
  mistake: 'Foi um engano?',
  comeBack: 'Subscrever de novo',
  back: 'A sua subscrição está ativa de novo',
  backDetail: (sender) => `${sender} pode voltar a enviar-lhe e-mails.`,
  backRefused: (sender) =>
    `Os e-mails de ${sender} também foram parados por outra via, por isso continuará a não os receber.`,
  broken: 'Esta ligação não funciona',
  brokenDetail:
    'Está incompleta ou foi alterada. Nada mudou aqui. Use a ligação no próprio e-mail, ou responda ao e-mail e peça para ser retirado/a da lista.',
  unknown: 'Já não conhecemos este endereço',
  unknownDetail:
    'A ligação é autêntica, mas nada está guardado aqui a seu respeito, por isso não havia nada para parar. Se ainda recebe e-mails, use a ligação do mais recente.',
  trouble: 'Tente de novo dentro de alguns minutos',
  troubleDetail: 'O seu pedido não pôde ser guardado. Nada mudou.',
};

export const WORDS = { en, de, fr, es, it, pt } as const;
export type Language = keyof typeof WORDS;
