import { oneOf, type AbsenceLanguage } from './language.ts';

export const SPANISH: AbsenceLanguage = {
  subject: oneOf(
    String.raw`fuera de (?:la |mi )?oficina`,
    String.raw`fuera del despacho`,
    String.raw`ausen(?:te|cia)\b`,
    String.raw`(?:mensaje|aviso) de ausencia`,
    String.raw`(?:estoy )?de vacaciones`,
    String.raw`vacaciones\b`,
  ),
  says: oneOf(
    String.raw`fuera de (?:la |mi )?oficina`,
    String.raw`fuera del (?:despacho|pais)`,
    String.raw`(?:estoy|estare|me encuentro|me encontrare|estamos|estaremos) (?:actualmente |ahora )?(?:ausente|fuera|de (?:vacaciones|viaje|baja|permiso|licencia)|de baja|sin acceso|disfrutando)`,
    String.raw`ausente (?:de|hasta|del|por)`,
    String.raw`(?:durante|en) mi ausencia`,
    String.raw`acceso limitado (?:a|al)`,
    String.raw`(?:oficina|empresa|nuestras oficinas|oficinas) (?:esta|estara|permanecera|permaneceran|estaran|estan) cerrad`,
    String.raw`de vacaciones (?:hasta|del|desde|y)`,
    String.raw`permiso de (?:maternidad|paternidad)`,
    String.raw`no (?:me encuentro|estoy|estare|estamos) (?:[a-z]{1,14} ){0,2}(?:en (?:la|mi|el) (?:oficina|despacho)|disponible)`,
    String.raw`cerrad[oa]s? por`,
    String.raw`de baja (?:por|medica|laboral|maternal|paternal)`,
    String.raw`(?:estoy|estare|me encuentro) (?:[a-z]{1,14} ){0,2}(?:en (?:una|un) (?:feria|congreso|curso|evento|viaje)|enferm[oa]|de (?:permiso|viaje|vacaciones))`,
  ),
  hints: oneOf(
    String.raw`(?:vacaciones|permiso|licencia|enferm[a-z]*|viaje|congreso|curso|formacion|feria)\b`,
    String.raw`(?:puente|festiv[a-z]*|ausen(?:te|cia)|mi (?:vuelta|regreso)|cerrad[oa]s?|de baja)\b`,
    String.raw`(?:baja (?:por|medica)|maternidad|paternidad|operad[oa]|hospital|convalecien[a-z]*)\b`,
    String.raw`(?:con retraso|no disponible|indispuest[oa])\b`,
  ),
  templates: [
    /\b(?:contacte|contacten|dirijase|pongase en contacto|puede (?:contactar|escribir|dirigirse))/,
    /\b(?:gracias por (?:su|tu|contactar|escribir)|he recibido su)/,
    /\burgen(?:tes?|cias?)\b/,
    /\b(?:mensaje|respuesta|correo) automatic[oa]/,
    /\bno (?:sera|seran) (?:reenviad|leid)[oa]s?/,
    /\b(?:respondere|contestare|atendere)[^.!?]{0,50}\b(?:vuelta|regreso|vuelva|regrese|posible)/,
    /\b(?:acceso (?:muy )?limitado|sin acceso)\b/,
  ],
};
