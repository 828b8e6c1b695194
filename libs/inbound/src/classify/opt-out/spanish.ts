import { phrases, type OptOutLanguage } from './phrases.ts';

const say = phrases({
  remove: '(?:elimin|borr|quit|remuev|remov|saqu|retir|suprim|exclu|desuscrib|suprima)[a-z]{1,6}',
  take: '<remove>|sac[a-z]{1,6}|baj[ea]n?me',
  my: 'mi|mis|nuestr[oa]s?|est[ae]|estos',
  self: '(?:<my>) ~1 (?:direccion(?:es)?|correos?|emails?|mails?|nombres?|contactos?|datos|cuenta|informacion|empresa)',
  // What may stand between the removing and the list: the writer, not a third thing.
  gap: '(?:(?:a|por|favor|ya|inmediatamente|definitivamente|<my>|el|la|los|las|tod[oa]s?|arriba|indicad[oa]|siguiente|direccion(?:es)?|de|correos?|electronicos?|emails?|mails?|nombres?|contactos?|datos|cuenta|informacion|empresa|despacho|oficina|compania|negocio|asociacion|x@y) ){0,9}',
  third:
    '(?:a |el |la |los |las |un |una |unos |unas |dos |tres |cuatro |[0-9]{1,3} )(?!(?:direccion|correo|email|mail|nombre|contacto|empresa|datos|mi|nuestr))',
  list: 'listas?|listados?|bases?|ficheros?|registros?|mailings?|newsletters?|boletin(?:es)?|sistemas?|archivos?|contactos|crm|distribucion|envios|ahi|aqui|agenda',
  down: '(?:de|da|dar|den|darme|darnos|deme|denme|denos|dennos|dame|dadme|dadnos|darse|dado|dada) ~2 (?:de )?baja',
  leave:
    '<down>|desuscri[a-z]{1,8}|desapunt[a-z]{1,6}|(?:cancel|anul)[a-z]{1,6} ~2 suscripcion|unsubscribe',
  stop: '(?:dej(?:e|en|a|ad|ar|es|aran?|aras|arian?)|par(?:e|en|ar|a|ad)|ces(?:e|en|ar|ad)|absten[a-z]{1,8}|abstuv[a-z]{1,8}|evit(?:e|en|ar|ad|a))',
  write:
    '(?:escrib|contact|molest|spame|acos|incordi)[a-z]{1,7}|(?:poner|ponga|pongan|ponerse|ponerte|comunicarse|comunicarte) ~2 (?:contacto|conmigo|nosotros)|contacto',
  send: '<write>|(?:envi|mand|remit|bombarde)[a-z]{1,7}',
  mail: 'correos?|emails?|mails?|mensajes?|publicidad|spam|newsletters?|boletin(?:es)?|comunicaciones?|ofertas?|propaganda|informacion|correspondencia|envios|promociones',
  more: 'mas|nunca|jamas|nuevo|futuro|nada',
  want: 'quiero|queremos|deseo|deseamos|quisiera|quisieramos|gustaria|necesito|necesitamos|acepto|interesa',
  please:
    'solicito|solicitamos|quiero|queremos|deseo|deseamos|pido|pedimos|ruego|rogamos|exijo|gustaria|favor|agradeceria|como (?:puedo|hago|podria|me)|pueden?|podrian?|necesito|procedan? a',
  others: 'clientes?|usuarios?|suscriptores|destinatarios|proveedores?|empleados?',
});

export const SPANISH: OptOutLanguage = {
  whole: say(
    '^(?:(?:de |la |una )?baja|<leave>|desuscribir(?:me)?|eliminar(?:me)?|borrar(?:me)?|baja (?:de )?(?:la |su )?(?:<list>|<mail>))$',
    '^(?:no mas|basta de|ni un|ningun) ~1 (?:<mail>)(?: mas)?$|^basta$',
  ),
  requests: say(
    'no ~1 (?:autorizo|autorizamos|consiento|he autorizado|hemos autorizado|doy ~1 (?:permiso|consentimiento)) ~4 (?:uso|datos|envios?|comunicaciones|tratamiento|publicidad|contact*)',
    '(?:borr|elimin|quit|suprim)[a-z]{1,4}l[oa]s$',
    '(?:elimin|borr|quit|remuev|saqu|sac|retir|suprim|exclu|desuscrib|desapunt)[a-z]{0,4}(?:me|nos)',
    '(?:me|nos) ~1 (?:<take>) ~3 (?:de|del) ~3 <list>',
    '(?:me|nos) (?:elimin|borr|desuscrib)[a-z]{1,4}',
    '<remove> <gap><self>',
    '<take> <gap>(?:de|del) ~3 <list>(?! <third>)',
    '(?:me|nos) ~2 <down>|(?:darme|darnos|deme|denme|denos|dame|dadme|dadnos) ~2 (?:de )?baja',
    '<please> ~4 (?:<leave>|la baja|mi baja|ser (?:eliminad|borrad|dad|excluid)[oa])',
    '<please> ~3 baja',
    '(?:eliminacion|supresion|borrado|cancelacion|retirada) ~4 <self>',
    '(?:<remove>|eliminacion|supresion|borrado|cancelacion) ~6 datos ~2 (?:personales|mios)',
    '(?:rgpd|lopd|lopdgdd) ~~9 (?:<remove>|eliminacion|supresion|borrado|cancelacion|oposicion)',
    '(?:opongo|oponemos|oposicion) ~6 (?:uso|tratamiento|datos|recibir|recepcion|envio|publicidad)',
    '(?:revoco|retiro|revocamos) ~2 consentimiento',
    'derecho (?:de|al?) (?:supresion|olvido|oposicion|cancelacion)',
    'dej(?:eme|enme|ame|adme|ennos|enos|arme) ~1 (?:en paz|tranquil[oa]s?)',
    'lista (?:robinson|negra)',
    '(?:cancel|anul)(?:e|en|ar|a|ad) (?:mi|nuestra) suscripcion',
  ),
  refusals: say(
    'que no ~1 (?:me|nos) ~1 <send>',
    'nunca mas ~1 (?:me|nos) ~1 <send>',
    'no ~1 insist[a-z]{1,5}',
    '(?:cancel|suspend|anul|interrump)[a-z]{1,4} ~2 (?:envios?|recepcion|correos|publicidad)',
    'no ~1 (?:ser|volver a ser) ~1 (?:contactad|molestad)[oa]s?',
    '<stop> (?:de )?~2 (?:<send>) ~3 (?:<mail>|nada|mas|con)',
    '<stop> (?:de )?~2 (?:escrib|contact|molest|envi|mand|remit)[a-z]{0,5}(?:me|nos)',
    '<stop> (?:de )?~1 (?:molestar|molestando|spamear)',
    '<stop> (?:de )?(?:me|nos) ~1 <send>',
    '<stop> de recibir',
    'no ~1 (?:me|nos) ~2 (?:<write>)',
    'no ~1 (?:me|nos) ~1 (?:envi|mand|remit)[a-z]{1,6} ~2 (?:<more>|<mail>|esto|estos|este|$)',
    'no ~1 v(?:ue|o)lv[a-z]{1,4} a ~2 (?:<send>)',
    'no (?:escrib|contact|molest)[a-z]{1,6}(?:me|nos|n) ~1 (?:<more>|conmigo|$)',
    'no ~1 (?:<want>) ~3 (?:recibir|recibirlos|seguir) ~3 (?:<mail>|<more>|sus?|de ustedes|suyos)',
    'no ~1 (?:<want>) ~2 (?:mas )?(?:<mail>)',
    'no ~1 (?:<want>) ~1 (?:que (?:me|nos) ~1 (?:<send>|llam[a-z]{1,4})|ser contactad[oa]s?|saber (?:mas|nada))',
    '(?:no mas|basta de|basta ya de|ni un|ningun) ~1 (?:<mail>)',
    '(?:hart[oa]s?|cansad[oa]s?) ~3 (?:<mail>)',
  ),
  deferred: say('antes|hasta|mientras|por telefono|esta semana|de momento|por ahora|todavia|aun'),
  contrary: say(
    'no ~1 (?:dude|duden|dudes|olvide|olviden)',
    'no ~1 (?:me |nos |por favor )?<take> ~3 (?:<list>|de la)',
    'no (?:me|nos) (?:<take>|<down>)',
    'no (?:elimin|borr|quit|saqu|sac|retir)[a-z]{0,4}(?:me|nos)',
    '(?:<leave>) ~3 (?:webinar|evento|curso|seminario|jornada|reunion|taller|feria)|por error ~3 (?:<leave>)|(?:anular|deshacer) ~2 (?:<down>|la baja)',
    'no ~1 <stop> de|lista de (?:asistentes|invitados|espera|participantes|precios|la compra|tareas)',
    '<others> ~4 (?:<leave>|<remove>)|(?:<leave>|<remove>) ~4 <others>',
    '(?:tasa|enlace|boton|pagina|gestion) de (?:bajas?|cancelacion)',
    'si (?:ya )?(?:no )?(?:desea|quiere|prefiere|es usted)',
    '(?:de la|del) (?:copia|reunion|hilo|conversacion|llamada)',
  ),
  inquiry: say(
    '(?:se pued[a-z]{1,4}|podemos|puedo|es posible|como se|cuant[oa]s?|hay|que pasa)(?! ~2 <leave>)',
  ),
  politeness: say(
    'por favor|porfavor|gracias|muchas gracias|hola|buenos dias|buenas(?: tardes)?|un saludo|saludos|atentamente|ann|ya|inmediatamente|cordialmente',
  ),
};
