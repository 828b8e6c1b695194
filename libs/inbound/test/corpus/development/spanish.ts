import type { Fixture } from '../fixture.ts';
import { mail } from '../mime.ts';
import { away, gone, human, optOut, other } from '../cases.ts';

const from = 'Kim Doe <kim@example.org>';

export const SPANISH: readonly Fixture[] = [
  optOut(
    'RGPD',
    'es',
    'outlook',
    'Estimada señora:\n\nen virtud del artículo 17 del RGPD solicito la supresión de todos mis datos personales.\n\nAtentamente,\nKim Doe',
  ),
  optOut('tú', 'es', 'gmail', 'Hola Ann, sácame de tu lista, por favor.'),
  optOut('corto', 'es', 'apple', 'No más correos por favor'),
  optOut('dejar', 'es', 'yahoo', '¿Podrían dejar de enviarme publicidad? Gracias.'),
  optOut(
    'no autorizado',
    'es',
    'outlookHtml',
    'No he autorizado el envío de comunicaciones comerciales. Procedan a eliminar mi dirección de sus ficheros.',
  ),
  optOut('desuscribir', 'es', 'gmail', 'Quiero desuscribirme'),
  optOut(
    'abstenerse',
    'es',
    'thunderbird',
    'Le agradecería que se abstuviera de contactarme en el futuro.',
  ),
  other(
    'asunto',
    'es',
    'other',
    'opt_out',
    mail({ from, subject: 'BAJA', text: 'Enviado desde mi iPhone' }),
    { via: 'words' },
  ),
  human(
    'sigue',
    'es',
    'gmail',
    'Por favor no me quiten de la lista, me gusta leerles. Ahora no hay presupuesto.',
  ),
  human('clientes', 'es', 'outlook', '¿Cómo se dan de baja los clientes en su sistema?'),
  human('adjunto', 'es', 'apple', '¿Puede quitar el adjunto y volver a enviarlo?'),
  human('fuera el lunes', 'es', 'gmail', 'La semana que viene estoy fuera, ¿lo vemos el día 9?'),
  human(
    'después',
    'es',
    'yahoo',
    'No me llame antes del jueves, estamos de auditoría. Después encantada.',
  ),
  away(
    'festivo',
    'es',
    'exchange',
    '2026-12-09',
    'Con motivo de la festividad, nuestras oficinas permanecerán cerradas el 7 y el 8 de diciembre. Reanudamos la actividad el 9 de diciembre.',
    'Respuesta automática: A shorter close',
  ),
  away(
    'de baja',
    'es',
    'gmail',
    null,
    'Me han operado y estaré convaleciente unas semanas. Mi compañera Jo atenderá lo urgente.',
    'Respuesta automática: A shorter close',
  ),
  away(
    'del al',
    'es',
    'zimbra',
    '2027-01-08',
    'Me encuentro disfrutando de mis vacaciones del 24/12/2026 al 07/01/2027.',
  ),
  away(
    'me incorporo',
    'es',
    'exchange',
    '2026-12-14',
    'No estoy disponible en este momento. Me incorporo el lunes 14 de diciembre.',
    'Respuesta automática: A shorter close',
  ),
  away(
    'sin cabecera',
    'es',
    'bare',
    '2026-12-04',
    'Gracias por su correo. Estoy fuera de la oficina hasta el 4 de diciembre; para temas urgentes escriba a jo@example.org.',
    'Fuera de la oficina: A shorter close',
  ),
  gone(
    'ya no',
    'es',
    'exchange',
    'jo@example.org',
    'Le informo de que desde el 1 de octubre ya no formo parte de Example. Puede dirigirse a jo@example.org.',
    'Respuesta automática: A shorter close',
  ),
];
